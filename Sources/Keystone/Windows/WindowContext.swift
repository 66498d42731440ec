internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneScene
internal import KeystoneServices
internal import KeystoneSupport

/// What all windows of the app share, and what they ask of it.
@MainActor
final class WindowContext {
    let router: InvokeRouter
    let actions: ActionRouter
    let recovery: ProcessRecoveryConfig
    /// How long a page may take from its load's start to its first paint before the rendering is thought broken.
    let paintTimeLimit: Duration
    let app: AppIdentity
    let developerMode: Bool
    let platform: any Platform
    let webEnvironment: any WebEnvironment
    /// The pages' origin and whether Bun stands behind it; `nil` until it is known.
    var pageSource: PageSource?
    /// Why there will be none, once that is certain.
    var pagesFailure: String?
    var components: [String: ComponentAddress] = [:]
    var theme: Theme
    let rendering: SafeRendering
    /// Reads the pages' connections; `nil` where pages call by script messages.
    let pageLoop: PageSocketLoop?
    /// Whether there is a plugin of this name, for windows that need one.
    var isPluginKnown: (@MainActor (String) -> Bool)?
    /// What is wrong with the app's Swift, in development; pages that load later are told, too.
    var problems: JSONValue?
    /// The person wants the app to start again.
    var onRestart: (@MainActor () -> Void)?
    /// The person wants a plugin tried again that had ended the app; answers whether there is one. Set in development.
    var onRetryPlugin: (@MainActor (_ name: String) -> Bool)?
    private var counter = 0

    init(
        router: InvokeRouter, actions: ActionRouter, recovery: ProcessRecoveryConfig, paintTimeLimit: Duration,
        app: AppIdentity, developerMode: Bool, platform: any Platform, webEnvironment: any WebEnvironment, theme: Theme,
        rendering: SafeRendering, pageLoop: PageSocketLoop?
    ) {
        self.router = router
        self.actions = actions
        self.recovery = recovery
        self.paintTimeLimit = paintTimeLimit
        self.app = app
        self.developerMode = developerMode
        self.platform = platform
        self.webEnvironment = webEnvironment
        self.theme = theme
        self.rendering = rendering
        self.pageLoop = pageLoop
    }

    /// A page wants to leave the app, or a link asks for a new window: the user's browser gets web addresses, nobody the rest.
    func openOutside(_ uri: String, from window: ManagedWindow) {
        guard OutsideAddress.isAllowed(uri) else {
            window.log.warning("stopped the page from going to \(uri.prefix(500))")
            return
        }
        window.log.info("opening \(uri.prefix(500)) outside")
        do {
            try platform.openExternally(uri)
        } catch {
            window.log.warning("\(uri.prefix(500)) could not be opened: \(error)")
        }
    }

    func uniqueNumber() -> Int {
        counter += 1
        return counter
    }

    /// Where the page finds a component's bundle and stylesheet.
    func componentURL(_ name: String) -> ComponentAddress {
        components[name] ?? ComponentAddress(url: "/web/\(percentEncoded(pathSegment: name)).js", css: nil)
    }
}

/// The app's name, id and version, as its pages may know them.
package struct AppIdentity: Sendable {
    package var name: String
    package var id: String
    package var version: String

    package init(name: String, id: String, version: String) {
        self.name = name
        self.id = id
        self.version = version
    }
}

/// Where pages come from.
struct PageSource: Sendable, Equatable {
    /// `http://127.0.0.1:1234`, or the host's own scheme where there is no Bun.
    var origin: String
    /// The socket and the services are there.
    var hasBun: Bool
    /// Of Bun's session; pages never see it.
    var sessionToken: String?

    var hostPage: String { origin + "/__host__" }
}

struct ComponentAddress: Sendable {
    var url: String
    var css: String?
}

/// Which addresses may be handed to the desktop. A page must not start programs by way of `file:` or a scheme that some
/// program has registered.
enum OutsideAddress {
    static let schemes = ["http:", "https:", "mailto:", "tel:"]

    static func isAllowed(_ uri: String) -> Bool {
        let lowered = uri.prefix(16).lowercased()
        return schemes.contains { lowered.hasPrefix($0) } && uri.utf8.count <= 65_536
    }
}
