internal import CGtk
package import KeystoneCore
internal import KeystoneSupport

/// A desktop without a display: the main loop turns, and windows are there but nobody sees them. For runs of an app whose
/// Swift alone matters, on machines that need have no display.
@MainActor
package final class InvisiblePlatform: Platform {
    package let info = PlatformInfo(toolkit: "no toolkit", display: "no display", rendering: "none")
    package let colorScheme = ColorScheme.light
    package var onColorSchemeChange: (@MainActor (ColorScheme) -> Void)?
    package var onTerminationSignal: (@MainActor () -> Void)?
    private let loop: OpaquePointer
    private let signals = TerminationSignals()

    package init() {
        GLibLog.attach()
        loop = g_main_loop_new(nil, 0)
        DispatchMainQueue.attach()
        signals.handle { [weak self] in
            guard let self else { return }
            if let onTerminationSignal { onTerminationSignal() } else { quit() }
        }
    }

    isolated deinit {
        g_main_loop_unref(loop)
    }

    package func run(started: @escaping @MainActor () -> Void) {
        MainLoop.onIdle(started)
        g_main_loop_run(loop)
    }

    package func quit() { g_main_loop_quit(loop) }

    package func openExternally(_ uri: String) throws { throw PlatformError.nothingIsShown }

    package func watchDirectory(
        _ path: String, onEvent: @escaping @MainActor (DirectoryEvent) -> Void
    ) throws -> AnyObject {
        try DirectoryMonitor(path, onEvent: onEvent)
    }

    package func makeWindow(_ options: PlatformWindowOptions) -> any PlatformWindow { InvisibleWindow(options) }

    package func makeWebEnvironment(_ options: WebEnvironmentOptions) -> any WebEnvironment { NoWebEnvironment() }
}

extension PlatformError {
    fileprivate static var nothingIsShown: PlatformError { PlatformError(.notSupported, "this run shows nothing") }
}

@MainActor
private final class InvisibleWindow: PlatformWindow {
    var title: String
    var background: Color
    let state = WindowState()
    private(set) var isFloating: Bool
    var onEvent: (@MainActor (PlatformWindowEvent) -> Void)?
    let controlInsets = WindowInsets()
    private var frame: Rect

    init(_ options: PlatformWindowOptions) {
        title = options.title
        background = options.background
        isFloating = options.floating
        let origin = options.position ?? Point(x: 0, y: 0)
        frame = Rect(x: origin.x, y: origin.y, width: options.size.width, height: options.size.height)
    }

    func show() {}
    func hide() {}
    func close() {}
    func focus() {}
    func minimize() {}
    func toggleMaximized() {}
    func setFullscreen(_ on: Bool) {}
    func setFloating(_ on: Bool) { isFloating = on }
    func bounds() -> Rect { frame }
    func setBounds(x: Double?, y: Double?, width: Double?, height: Double?) {
        frame = Rect(
            x: x ?? frame.x, y: y ?? frame.y, width: width ?? frame.width, height: height ?? frame.height)
    }
    func center() {}
    func startDrag() {}
    func attachWebView(_ environment: any WebEnvironment) -> any PlatformWebView { NoWebView() }
    func detachWebView() {}
    func showMessage(_ message: PlatformMessage?) {}
    func getsFrames() async -> Bool { false }
    func snapshotPNG() async throws -> [UInt8] { throw PlatformError.nothingIsShown }
}

@MainActor
private final class NoWebEnvironment: WebEnvironment {
    func setCookie(name: String, value: String, host: String) {}
    func useSafeRendering() {}
    func registerScheme(
        _ name: String, maximumBody: Int, handler: @escaping @MainActor (SchemeRequest) async -> SchemeResponse
    ) {}
}

/// Loads nothing, and so says nothing.
@MainActor
private final class NoWebView: PlatformWebView {
    let id = "none"
    var onEvent: (@MainActor (PlatformWebViewEvent) -> Void)?
    var onInvoke: (@MainActor (PageMessage, any PageReply) -> Void)?
    var onSignal: (@MainActor (PageMessage) -> Void)?
    var onConnect: (@MainActor () -> OwnedDescriptor?)?
    var allowedOrigins: [String] = []

    func setDocumentStartScripts(_ scripts: [String]) {}
    func load(_ uri: String) {}
    func run(_ script: String) {}
    func evaluate(_ functionBody: String) async throws -> String { throw PlatformError.nothingIsShown }
    func setHitRegions(_ regions: [Rect]?) {}
}
