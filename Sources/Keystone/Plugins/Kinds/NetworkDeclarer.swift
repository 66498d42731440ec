/// A plugin that names hosts which the app's services may reach.
public protocol NetworkDeclarer: AnyObject {
    /// `host`, `host:port` or `*.domain`. Read once, before Bun starts and before `initialize`: what a later version names
    /// takes effect when the app starts again.
    @MainActor var networkEndpoints: [String] { get }
}
