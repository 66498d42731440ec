public import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneSupport

/// One window of the app: its native window, its page and its slots.
@MainActor
public final class ManagedWindow {
    /// Unique while the app runs.
    public nonisolated let id: String
    /// The component that the window was opened for.
    public nonisolated let component: String
    /// Never shown.
    public nonisolated let isHeadless: Bool

    let native: any PlatformWindow
    let context: WindowContext
    let dispatcher: InvokeDispatcher
    /// The connection of the page that is there now.
    var link: PageLink?
    let log: Logger
    /// What the page makes the host say.
    var complaints = LogThrottle()
    var web: (any PlatformWebView)?
    /// The native content and its type; `nil` for a window with a page, and where the plugin is gone.
    var content: NativeContent?
    /// Opened for a window plugin: there is no page.
    var isNative = false
    var slotTable = SlotTable()
    var life: PageLife
    var paintWatchdog: Task<Void, Never>?
    /// Where the page was loaded from last.
    var loadedOrigin: String?
    private(set) var isClosed = false

    /// What the window tells its manager.
    var onEvent: (@MainActor (ManagedWindow, WindowEvent) -> Void)?

    init(id: String, options: WindowOptions, native: any PlatformWindow, context: WindowContext) {
        self.id = id
        self.component = options.component
        self.isHeadless = options.headless
        self.native = native
        self.context = context
        log = Logger("page:\(id)")
        dispatcher = InvokeDispatcher(router: context.router, windowID: id, component: options.component)
        life = PageLife(autoReload: context.recovery.webViewAutoReload, safeModeAlready: context.rendering.isSafe)
        slotTable.add(Slot(key: options.component, component: options.component))
        native.onEvent = { [weak self] event in self?.receive(event) }
    }

    public var title: String {
        get { native.title }
        set { native.title = newValue }
    }

    /// The slots, in the order they were added.
    public var slots: [Slot] { slotTable.slots }

    /// Puts a component into a region of the window; a slot with the same key is replaced.
    public func addSlot(_ slot: Slot) {
        slotTable.add(slot)
        updateHitRegions()
        if life.acceptsSlots { runAddSlot(slot) }
    }

    /// Moves a slot; `nil` fills the window. Returns whether there is such a slot.
    @discardableResult
    public func moveSlot(_ key: String, to frame: Rect?) -> Bool {
        guard slotTable.move(key, to: frame) else { return false }
        updateHitRegions()
        if let slot = slotTable.slot(key) { run(slot.moving) }
        return true
    }

    /// Unmounts a slot's component and removes it. Returns whether there was such a slot.
    @discardableResult
    public func removeSlot(_ key: String) -> Bool {
        guard slotTable.remove(key) else { return false }
        updateHitRegions()
        run(.removeSlot(key: key))
        return true
    }

    /// Imports the slot's component anew: unmount, import, mount. Returns whether there is such a slot.
    @discardableResult
    public func hotSwapSlot(_ key: String) -> Bool {
        guard let slot = slotTable.slot(key) else { return false }
        let url = context.componentURL(slot.component).url
        run(.hotSwapSlot(key: key, url: url + "?t=\(context.uniqueNumber())"))
        return true
    }

    /// Calls a function of the host page; nothing happens where there is no page.
    func run(_ function: PageFunction) {
        web?.run(function.script)
    }

    private func updateHitRegions() {
        web?.setHitRegions(slotTable.hitRegions)
    }

    /// Unmounts the page's components, then closes. The window disappears at once.
    func close() async {
        guard !isClosed else { return }
        isClosed = true
        paintWatchdog?.cancel()
        native.hide()
        if life.acceptsSlots { await unmountAll() }
        endCalls()
        context.router.removeHandlers(of: .window(id))
        native.close()
        content = nil
        onEvent?(self, .closed)
    }

    /// Lets every component clean up; a page that doesn't answer is not waited for long.
    private func unmountAll() async {
        guard let web else { return }
        let removals = slots.map { PageFunction.removeSlot(key: $0.key).script.dropLast() }.joined(separator: ",")
        for slot in slots { _ = slotTable.remove(slot.key) }
        // A little longer than the page itself waits for an `unmount` that returns a promise.
        await bounded(by: .milliseconds(1500)) { [log] in
            do {
                _ = try await web.evaluate("await Promise.allSettled([\(removals)]); return true")
            } catch {
                log.debug("the page was gone before its components were unmounted: \(error)")
            }
        }
    }

    private func receive(_ event: PlatformWindowEvent) {
        switch event {
        case .closeRequested: onEvent?(self, .closeRequested)
        case .resized, .focused: break
        case .stateChanged(let state): run(.hostEvent(name: "windowState", data: state.json))
        case .toolbarPressed(let action): context.actions.dispatch(action, source: .window(id))
        }
    }
}

/// What a window tells its manager.
enum WindowEvent: Sendable {
    case closeRequested
    case closed
    case painted
    case mounted(component: String)
    case mountFailed(component: String, message: String)
    case swapped(component: String, kind: String, milliseconds: Double)
    case webProcessEnded(reason: String)
    case failed(String)
}

extension WindowState {
    var json: JSONValue {
        .object(["maximized": .bool(maximized), "minimized": .bool(minimized), "fullscreen": .bool(fullscreen)])
    }
}
