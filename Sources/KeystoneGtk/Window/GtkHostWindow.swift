internal import CGtk
package import KeystoneCore

/// A window on GTK: native content at the bottom, the web view over it, the window's own buttons on top.
@MainActor
package final class GtkHostWindow: PlatformWindow {
    package var onEvent: (@MainActor (PlatformWindowEvent) -> Void)?
    package private(set) var isFloating: Bool

    let widget: UnsafeMutablePointer<GtkWidget>
    let content: WindowContent
    let headless: Bool
    private(set) var isClosed = false
    var webView: WebKitView?

    private let reference: GObjectReference
    private let backgroundProvider: GObjectReference
    private let pointer: LastPress
    /// Where the window is to be when it is first shown, until it has got there.
    var initialPosition: Point?
    private var lastState = WindowState()
    private var lastSize = Size(width: 0, height: 0)

    init(_ options: PlatformWindowOptions) throws(PlatformError) {
        try Self.checkStyle(options.titleBarStyle)
        guard let widget = gtk_window_new(),
            let provider = WindowStyle.addBackgroundProvider(to: widget)
        else {
            throw PlatformError(.failed, "The window \"\(options.title)\" could not be made.")
        }
        self.widget = widget
        reference = GObjectReference(retaining: widget)
        backgroundProvider = GObjectReference(owning: provider)
        headless = options.headless
        isFloating = options.floating && X11Window.isDisplay(of: widget)
        initialPosition = options.position
        title = options.title
        background = options.background
        content = WindowContent(
            windowControls: options.titleBarStyle == .hidden && !options.headless,
            toolbar: options.headless ? [] : options.toolbar)
        pointer = LastPress(on: widget)
        build(options)
        observe()
        if headless { OffscreenWindow.realize(self, size: options.size) }
    }

    isolated deinit {
        close()
    }

    package var title: String {
        didSet { gtk_window_set_title(window, title) }
    }

    package var background: Color {
        didSet { applyBackground() }
    }

    package var state: WindowState { isClosed ? WindowState() : WindowStateReader.read(self) }

    package var controlInsets: WindowInsets { isClosed ? WindowInsets() : content.controlInsets }

    var window: UnsafeMutablePointer<GtkWindow> { widget.unsafeCast(to: GtkWindow.self) }

    // MARK: Life

    package func show() {
        guard !isClosed, !headless else { return }
        let first = gtk_widget_get_mapped(widget) == 0
        gtk_window_present(window)
        if first { X11Window(self)?.mapped(floating: isFloating) }
        if first, let position = initialPosition { InitialPosition.hold(position, of: self) }
    }

    package func hide() {
        guard !isClosed, !headless else { return }
        gtk_widget_set_visible(widget, 0)
    }

    package func close() {
        guard !isClosed else { return }
        isClosed = true
        onEvent = nil
        detachWebView()
        if headless { OffscreenWindow.unmap(self) } else { gtk_widget_set_visible(widget, 0) }
        // GDK may have an idle callback waiting that measures this window, and does not take it back when the window is
        // destroyed (GTK 4.8): let it run first.
        MainLoop.onIdle(priority: G_PRIORITY_LOW) { [reference] in
            gtk_window_destroy(reference.unsafeObject.assumingMemoryBound(to: GtkWindow.self))
        }
    }

    // MARK: State

    package func focus() {
        guard !isClosed, !headless else { return }
        gtk_window_present(window)
    }

    package func minimize() {
        guard !isClosed, !headless else { return }
        gtk_window_minimize(window)
    }

    package func toggleMaximized() {
        guard !isClosed, !headless else { return }
        if gtk_window_is_maximized(window) != 0 {
            gtk_window_unmaximize(window)
        } else {
            gtk_window_maximize(window)
        }
    }

    package func setFullscreen(_ on: Bool) {
        guard !isClosed, !headless else { return }
        if on { gtk_window_fullscreen(window) } else { gtk_window_unfullscreen(window) }
    }

    package func setFloating(_ on: Bool) throws {
        guard !isClosed else { throw closedError }
        guard let x11 = X11Window(self) else {
            throw PlatformError(
                .notSupported, "A window can't keep itself above others under Wayland; the compositor decides that.")
        }
        isFloating = on
        x11.setAbove(on)
    }

    package func startDrag() {
        guard !isClosed, !headless else { return }
        if pointer.beginMove(of: widget) { initialPosition = nil }
    }

    // MARK: Content

    package func attachWebView(_ environment: any WebEnvironment) -> any PlatformWebView {
        if let webView { return webView }
        let view: WebKitView
        if let environment = environment as? WebKitEnvironment {
            view = environment.makeView()
        } else {
            preconditionFailure("The web environment belongs to another platform.")
        }
        webView = view
        content.add(webView: view.widget)
        if headless { OffscreenWindow.map(self) }
        return view
    }

    package func detachWebView() {
        guard let view = webView else { return }
        webView = nil
        view.detach()
        gtk_window_set_focus(window, nil)
        content.remove(webView: view.widget)
    }

    package func showMessage(_ message: PlatformMessage?) {
        guard !isClosed else { return }
        content.show(message, background: background)
    }

    package func snapshotPNG() async throws -> [UInt8] {
        guard !isClosed else { throw closedError }
        return try await WindowSnapshot.png(of: self)
    }

    package func getsFrames() async -> Bool {
        guard !isClosed else { return false }
        if headless { return true }
        return await NextFrame.wait(for: widget)
    }

    var closedError: PlatformError { PlatformError(.failed, "The window \"\(title)\" is closed.") }

    // MARK: Building

    private static func checkStyle(_ style: TitleBarStyle) throws(PlatformError) {
        switch style {
        case .hidden, .none: return
        case .toolkit, .toolkitNative:
            throw PlatformError(
                .notSupported,
                "titleBarStyle \"\(style.rawValue)\" needs the GPU-drawn title bar, which this version does not have yet. "
                    + "Use \"hidden\" (native window buttons over the content) or \"none\" (no frame).")
        }
    }

    private func build(_ options: PlatformWindowOptions) {
        gtk_window_set_title(window, options.title)
        gtk_widget_add_css_class(widget, WindowStyle.windowClass)
        applyBackground()
        if options.titleBarStyle == .hidden && !options.headless {
            // A title bar, even an empty one that is never seen, makes GTK draw the frame itself: shadow, round
            // corners and resize edges stay.
            let bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0)
            gtk_widget_set_visible(bar, 0)
            gtk_window_set_titlebar(window, bar)
        } else {
            gtk_window_set_decorated(window, 0)
        }
        gtk_window_set_child(window, content.widget)
        gtk_widget_set_size_request(
            content.widget, Int32(options.minimumSize.width.rounded()), Int32(options.minimumSize.height.rounded()))
        gtk_window_set_resizable(window, options.resizable ? 1 : 0)
        setContentSize(options.size)
    }

    private func applyBackground() {
        WindowStyle.setContrast(of: widget, over: background)
        WindowStyle.setBackground(
            background, of: backgroundProvider.unsafeObject.assumingMemoryBound(to: GtkCssProvider.self))
    }

    private func observe() {
        Signal.connectBool(widget, "close-request") { [weak self] in
            guard let self, !isClosed else { return false }
            onEvent?(.closeRequested)
            return true
        }
        Signal.connectNotify(widget, "is-active") { [weak self] in
            guard let self, !isClosed else { return }
            onEvent?(.focused(gtk_window_is_active(window) != 0))
        }
        for property in ["maximized", "fullscreened"] {
            Signal.connectNotify(widget, property) { [weak self] in self?.stateMayHaveChanged() }
        }
        if let toolbar = content.toolbar { observe(toolbar) }
        Signal.connect(widget, "realize") { [weak self] in self?.observeSurface() }
        content.onResize = { [weak self] size in
            guard let self, !isClosed, size != lastSize else { return }
            lastSize = size
            onEvent?(.resized(size))
        }
    }

    /// A page keeps the tab key to itself: F6 leads to the toolbar, and back.
    private func observe(_ toolbar: Toolbar) {
        toolbar.onPress = { [weak self] action in
            guard let self, !isClosed else { return }
            onEvent?(.toolbarPressed(action: action))
        }
        KeyShortcut.add("F6", to: widget) { [weak self, weak toolbar] in
            guard let self, let toolbar, !isClosed else { return false }
            guard toolbar.hasFocus, let webView else { return toolbar.focus() }
            return gtk_widget_grab_focus(webView.widget) != 0
        }
    }

    private func observeSurface() {
        guard let surface = gtk_native_get_surface(widget.unsafeOpaque) else { return }
        Signal.connectNotify(UnsafeMutableRawPointer(surface), "state") { [weak self] in self?.stateMayHaveChanged() }
    }

    private func stateMayHaveChanged() {
        guard !isClosed else { return }
        let state = state
        guard state != lastState else { return }
        lastState = state
        onEvent?(.stateChanged(state))
    }
}
