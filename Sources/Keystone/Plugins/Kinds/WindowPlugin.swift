public import KeystoneCore

/// A native window. Each open window of its type has an instance of its own, on the main thread.
///
/// `WindowPluginBase` has everything but the type.
@MainActor
public protocol WindowPlugin: AnyObject {
    /// What opens it: `component` of a window in the configuration, `spawn:TYPE`, `window.open(TYPE)`. Goes before a web
    /// component of the same name.
    var windowType: String { get }
    /// Where neither the configuration nor who opens it names one.
    var windowTitle: String { get }
    /// The content's size in points; what the configuration says goes before it.
    var defaultSize: Size { get }
    /// The window's, set before `initialize`.
    var windowID: String { get set }
    /// Names of logic, library and service plugins that it works with. A window that opens without one of them says so in
    /// the log.
    var dependencies: [String] { get }
    /// Not to be opened again with the user's workspace.
    var excludeFromWorkspace: Bool { get }

    /// Called when its window opens, and on a new version's instance when that takes over the window. Where it throws, the
    /// window says that it can't be shown, or the old version stays in service.
    func initialize(_ context: CoreContext) throws

    /// What the window shows, in a form that a later version understands; `nil`: nothing worth keeping.
    func serializeConfig() -> String?
    /// Called before `initialize`, with what `serializeConfig` of an earlier version answered.
    func restoreConfig(_ config: String)
}

/// A native window to inherit from: only its type has to be said.
@MainActor
open class WindowPluginBase: WindowPlugin {
    public var windowID = ""

    public required init() {}

    /// Override this. Without, it is the class's name.
    open var windowType: String { String(describing: type(of: self)) }
    open var windowTitle: String { windowType }
    open var defaultSize: Size { Size(width: 800, height: 600) }
    open var dependencies: [String] { [] }
    open var excludeFromWorkspace: Bool { false }

    open func initialize(_ context: CoreContext) throws {}
    open func serializeConfig() -> String? { nil }
    open func restoreConfig(_ config: String) {}
}
