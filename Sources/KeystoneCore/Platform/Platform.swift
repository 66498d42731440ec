/// The desktop that the host runs on: its main loop, its windows and web views, its appearance.
///
/// One backend implements it for each toolkit (`KeystoneGtk`), and nothing outside that module knows the toolkit.
/// Everything here is called on the main actor, which is the toolkit's thread.
@MainActor
package protocol Platform: AnyObject {
    /// What runs underneath, for logs and `keystone doctor`.
    var info: PlatformInfo { get }

    /// The system's colour scheme now.
    var colorScheme: ColorScheme { get }
    /// Called after the system's colour scheme has changed.
    var onColorSchemeChange: (@MainActor (ColorScheme) -> Void)? { get set }

    /// Runs the main loop until `quit()`; `started` is called once it turns.
    func run(started: @escaping @MainActor () -> Void)
    /// Called on each SIGTERM and SIGINT, while the main loop runs.
    var onTerminationSignal: (@MainActor () -> Void)? { get set }
    /// Opens an address in the user's browser, or whatever the desktop has for it. Throws where nothing has.
    func openExternally(_ uri: String) throws

    /// Tells of files that were made, changed, moved or removed directly in a directory, possibly more than once each, for
    /// as long as the result is kept. Throws where the directory can't be watched.
    func watchDirectory(_ path: String, onEvent: @escaping @MainActor (DirectoryEvent) -> Void) throws -> AnyObject

    /// Ends `run` after the current event.
    func quit()

    /// Makes a window; it stays hidden until `show()`.
    func makeWindow(_ options: PlatformWindowOptions) throws -> any PlatformWindow

    /// Prepares the web engine: data directories, cookies, URI schemes. Called once, before the first web view; starts
    /// the engine's helper processes early where the platform can.
    func makeWebEnvironment(_ options: WebEnvironmentOptions) -> any WebEnvironment
}

extension Platform {
    /// The same for the names alone.
    package func watchDirectory(
        _ path: String, onChange: @escaping @MainActor (_ name: String) -> Void
    ) throws -> AnyObject {
        try watchDirectory(path) { (event: DirectoryEvent) in
            if case .changed(let name) = event { onChange(name) }
        }
    }
}

/// What a watched directory tells.
package enum DirectoryEvent: Sendable, Hashable {
    /// The entry of this name is new, another, or gone.
    case changed(String)
    /// So is one whose name is no UTF-8.
    case unnamed
    /// The directory itself was removed, moved or unmounted. Nothing more comes.
    case gone
}

package struct PlatformInfo: Sendable {
    /// For example `GTK 4.8.3, WebKitGTK 2.50.6`.
    package var toolkit: String
    /// For example `x11` or `wayland`.
    package var display: String
    /// How pixels are drawn and why, for example `software (no GPU found)`.
    package var rendering: String

    package init(toolkit: String, display: String, rendering: String) {
        self.toolkit = toolkit
        self.display = display
        self.rendering = rendering
    }
}

/// Something the platform can't do here, for example placing a window under Wayland.
public struct PlatformError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case notSupported = "NOT_SUPPORTED"
        case failed = "FAILED"
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
