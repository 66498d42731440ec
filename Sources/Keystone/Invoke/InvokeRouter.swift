package import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// Finds the handler of an `invoke` channel: the window's own, then its component's, then the app's.
///
/// Usable from any thread: a call off the main thread is routed without it.
package final class InvokeRouter: Sendable {
    package typealias Handler = @Sendable (InvokeRequest) async throws -> InvokeReply
    package typealias MainHandler = @MainActor (InvokeRequest) throws -> InvokeReply

    /// How a handler runs.
    package enum Route: Sendable {
        /// On the main actor, in the order of the calls.
        case main(MainHandler)
        /// In a task of its own, off the main thread.
        case concurrent(Handler)
    }

    package enum Scope: Hashable, Sendable {
        case app
        case component(String)
        case window(String)
    }

    private struct Entry {
        var route: Route
        /// `nil` for the framework's own handlers.
        var signature: HandlerSignature?
    }

    private let routes = Mutex<[Scope: [String: Entry]]>([:])

    package init() {}

    /// Adds a handler; a second one for the same channel and scope replaces the first.
    package func handle(
        _ channel: String, scope: Scope = .app, _ route: Route, _ signature: HandlerSignature? = nil
    ) {
        routes.withLock { $0[scope, default: [:]][channel] = Entry(route: route, signature: signature) }
    }

    /// What the app's handlers take and answer: all but the framework's own.
    package var signatures: [Scope: [String: HandlerSignature]] {
        routes.withLock { $0.mapValues { $0.compactMapValues(\.signature) } }
    }

    package func removeHandlers(of scope: Scope) {
        routes.withLock { $0[scope] = nil }
    }

    /// Throws `WireError` with code `NO_HANDLER` where nobody handles the channel.
    package func route(channel: String, windowID: String, component: String) throws(WireError) -> Route {
        let found: Route? = routes.withLock { routes in
            for scope in [Scope.window(windowID), .component(component), .app] {
                if let entry = routes[scope]?[channel] { return entry.route }
            }
            return nil
        }
        guard let found else { throw WireError(.noHandler, noHandlerMessage(channel)) }
        return found
    }

    private func noHandlerMessage(_ channel: String) -> String {
        let known = routes.withLock { Set($0.values.flatMap(\.keys)) }
        let shown = channel.prefix(200)
        guard let nearest = nearestName(to: String(shown), in: known) else {
            return "no handler for \"\(shown)\" in the host"
        }
        return "no handler for \"\(shown)\" in the host; did you mean \"\(nearest)\"?"
    }
}
