internal import KeystoneCore
internal import KeystoneScene
internal import KeystoneSupport

/// Opens, finds and closes the app's windows.
@MainActor
public final class WindowManager {
    private var byID: [String: ManagedWindow] = [:]
    private var order: [String] = []
    private var lastID = 0
    private let types: [String: WindowOptions]
    /// The native windows' types.
    let plugins = WindowPlugins()
    private let context: WindowContext

    /// Each window has a web process of its own: a page that opens them in a loop must not take the machine down.
    static let maximum = 128

    /// Called after a window has told something.
    var onEvent: (@MainActor (ManagedWindow, WindowEvent) -> Void)?
    /// Called when the last visible window has been closed.
    var onLastWindowClosed: (@MainActor () -> Void)?
    /// Called for every new window, before its page is loaded.
    var onWindowCreated: (@MainActor (ManagedWindow) -> Void)?

    /// - Parameter types: The windows of the configuration, by component.
    init(types: [WindowOptions], context: WindowContext) {
        self.types = Dictionary(types.map { ($0.component, $0) }, uniquingKeysWith: { first, _ in first })
        self.context = context
        plugins.onAdded = { [weak self] type in self?.use(type) }
    }

    /// All open windows, oldest first.
    public var all: [ManagedWindow] { order.compactMap { byID[$0] } }

    public func window(id: String) -> ManagedWindow? { byID[id] }

    /// The first open window of a component.
    public func window(component: String) -> ManagedWindow? {
        all.first { $0.component == component }
    }

    /// What the configuration says of a component's window, and a window plugin of what that leaves open; or the defaults.
    public func options(for component: String) -> WindowOptions {
        var options = types[component] ?? WindowOptions(component: component)
        if types[component] == nil { (options.lacksTitle, options.lacksSize) = (true, true) }
        return completed(options)
    }

    /// With a window plugin's title and size where nobody has named others.
    func completed(_ options: WindowOptions) -> WindowOptions {
        guard let type = plugins.type(named: options.component) else { return options }
        var options = options
        if options.lacksTitle { options.title = type.title }
        if options.lacksSize { options.size = type.size }
        (options.lacksTitle, options.lacksSize) = (false, false)
        return options
    }

    /// Makes and shows a window. Throws `PlatformError` where the platform can't make it so.
    @discardableResult
    public func open(_ options: WindowOptions) throws -> ManagedWindow {
        guard byID.count < Self.maximum else {
            throw PlatformError(.failed, "\(byID.count) windows are open already; close some first")
        }
        var frame = PlatformWindowOptions(
            title: options.title, size: options.size, minimumSize: options.minimumSize,
            resizable: options.resizable, position: options.position,
            titleBarStyle: options.titleBarStyle, floating: options.floating, headless: options.headless,
            background: context.theme.windowBackground, appID: context.app.id)
        frame.toolbar = options.toolbar
        let native = try context.platform.makeWindow(frame)
        lastID += 1
        let window = ManagedWindow(id: String(lastID), options: options, native: native, context: context)
        byID[window.id] = window
        order.append(window.id)
        window.onEvent = { [weak self] window, event in self?.receive(window, event) }
        onWindowCreated?(window)
        if options.floating && !native.isFloating {
            window.log.info(
                "the window can't float: under \(context.platform.info.display) only the compositor decides that")
        }
        let type = plugins.type(named: options.component)
        if let type { window.attachPlugin(type) }
        if !options.headless { native.show() }
        if type == nil { window.attachWebView() } else { window.nativeContentShown() }
        return window
    }

    /// Closes a window after its components have cleaned up.
    public func close(_ window: ManagedWindow) async {
        await window.close()
    }

    private func receive(_ window: ManagedWindow, _ event: WindowEvent) {
        switch event {
        case .closeRequested:
            Task { await self.close(window) }
        case .closed:
            byID[window.id] = nil
            order.removeAll { $0 == window.id }
            onEvent?(window, event)
            if !window.isHeadless && !all.contains(where: { !$0.isHeadless }) { onLastWindowClosed?() }
            return
        default:
            break
        }
        onEvent?(window, event)
    }
}
