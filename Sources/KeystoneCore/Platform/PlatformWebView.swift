package import KeystoneSupport

package struct WebEnvironmentOptions: Sendable {
    /// Where local storage, IndexedDB and cookies lie. Made when missing.
    package var dataDirectory: String
    package var cacheDirectory: String
    /// Allows the inspector (context menu, `F12`) and writes the page's console to the log.
    package var developerTools: Bool
    /// Holds the library that gives pages a connection of their own, and nothing else; `nil` for none.
    package var pageExtensionDirectory: String?

    package init(
        dataDirectory: String, cacheDirectory: String, developerTools: Bool, pageExtensionDirectory: String? = nil
    ) {
        self.dataDirectory = dataDirectory
        self.cacheDirectory = cacheDirectory
        self.developerTools = developerTools
        self.pageExtensionDirectory = pageExtensionDirectory
    }
}

/// A request that a page makes to a scheme that the host answers itself.
package struct SchemeRequest: Sendable {
    package var method: String
    /// The whole URI.
    package var uri: String
    /// Names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]
    /// The web view that asks, by the `id` given to `PlatformWebView`; `nil` for requests without one.
    package var webViewID: String?

    package init(method: String, uri: String, headers: [String: String], body: [UInt8], webViewID: String?) {
        self.method = method
        self.uri = uri
        self.headers = headers
        self.body = body
        self.webViewID = webViewID
    }
}

package struct SchemeResponse: Sendable {
    package var status: Int
    package var contentType: String
    package var headers: [String: String]
    package var body: [UInt8]

    package init(status: Int, contentType: String, headers: [String: String] = [:], body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }
}

/// What all web views of the app share: the network session, cookies and the host's own URI schemes.
@MainActor
package protocol WebEnvironment: AnyObject {
    /// Sets a cookie for a host name, HTTP-only and same-site strict; returns when a following load will send it.
    func setCookie(name: String, value: String, host: String) async throws
    /// Web views made from now on draw without the GPU: for machines whose driver fails.
    func useSafeRendering()
    /// Registers a scheme as secure and CORS-enabled. `maximumBody` bounds a request's body in bytes; a larger one is
    /// answered with 413 and never reaches the handler.
    func registerScheme(
        _ name: String, maximumBody: Int,
        handler: @escaping @MainActor (SchemeRequest) async -> SchemeResponse)
}

/// A message from a page: untrusted, bounded in size by the backend.
package struct PageMessage: Sendable {
    package var body: String

    package init(body: String) {
        self.body = body
    }
}

/// Answers one page message; exactly one of the two calls takes effect, later ones do nothing.
@MainActor
package protocol PageReply: AnyObject {
    /// Resolves the page's promise with a string.
    func resolve(_ value: String)
    /// Rejects the page's promise with an `Error` of this message.
    func reject(_ message: String)
}

package enum PlatformWebViewEvent: Sendable {
    case loadStarted
    /// The new document has taken the old one's place: whatever comes from now on is the new one's.
    case loadCommitted
    case loadFinished
    /// The main document could not be loaded.
    case loadFailed(uri: String, message: String)
    /// The web process is gone: `crashed`, `exceeded-memory` or `terminated`.
    case processTerminated(reason: String)
    /// The page wants to leave for this address, or to open it in a new window. It has been stopped; the owner decides.
    case navigationRequested(uri: String)
}

/// One web view: transparent where the page is, its pointer input limited to the hit regions.
@MainActor
package protocol PlatformWebView: AnyObject {
    /// Unique in the process.
    var id: String { get }
    var onEvent: (@MainActor (PlatformWebViewEvent) -> Void)? { get set }
    /// Messages to `window.webkit.messageHandlers.keystone` (a promise in the page).
    var onInvoke: (@MainActor (PageMessage, any PageReply) -> Void)? { get set }
    /// Messages to `window.webkit.messageHandlers.keystoneHost` (no reply).
    var onSignal: (@MainActor (PageMessage) -> Void)? { get set }
    /// A page at one of the allowed origins asks for a connection of its own to the host; the answer is the page's end of
    /// it, `nil` refuses. Only asked where the environment has a `pageExtensionDirectory`.
    var onConnect: (@MainActor () -> OwnedDescriptor?)? { get set }
    /// The origins (`http://127.0.0.1:1234`) that the main frame may be at; any other navigation is stopped and reported.
    /// Empty allows none.
    var allowedOrigins: [String] { get set }

    /// Replaces the scripts that run at document start in the main frame of every page loaded from now on.
    func setDocumentStartScripts(_ scripts: [String])
    func load(_ uri: String)
    /// Runs a script in the main world and forgets it.
    func run(_ script: String)
    /// Runs the body of an async function (`return await …`) and returns its result as JSON text, `null` for undefined.
    /// Throws `ScriptError` with what the page threw.
    func evaluate(_ functionBody: String) async throws -> String
    /// Where the page takes pointer input, in points; elsewhere events reach what lies underneath. `nil`: everywhere.
    func setHitRegions(_ regions: [Rect]?)
}

/// What a script threw in the page.
package struct ScriptError: Error, Sendable {
    package var message: String

    package init(message: String) {
        self.message = message
    }
}
