internal import KeystoneProtocol
internal import KeystoneSupport

/// Finds the handler of an `invoke` channel: the window's own, then its component's, then the app's.
@MainActor
package final class InvokeRouter {
    package typealias Handler = @Sendable (InvokeRequest) async throws -> InvokeReply
    package typealias MainHandler = @MainActor (InvokeRequest) throws -> InvokeReply

    /// How a handler runs.
    package enum Route {
        /// At once, on the main actor.
        case main(MainHandler)
        /// In a task of its own, off the main thread.
        case concurrent(Handler)
    }

    package enum Scope: Hashable {
        case app
        case component(String)
        case window(String)
    }

    private var routes: [Scope: [String: Route]] = [:]

    package init() {}

    /// Adds a handler; a second one for the same channel and scope replaces the first.
    package func handle(_ channel: String, scope: Scope = .app, _ route: Route) {
        routes[scope, default: [:]][channel] = route
    }

    package func removeHandlers(of scope: Scope) {
        routes[scope] = nil
    }

    /// Throws `WireError` with code `NO_HANDLER` where nobody handles the channel.
    package func route(channel: String, windowID: String, component: String) throws -> Route {
        for scope in [Scope.window(windowID), .component(component), .app] {
            if let route = routes[scope]?[channel] { return route }
        }
        throw WireError(.noHandler, noHandlerMessage(channel))
    }

    private func noHandlerMessage(_ channel: String) -> String {
        let known = Set(routes.values.flatMap(\.keys))
        let shown = channel.prefix(200)
        guard let nearest = nearestName(to: String(shown), in: known) else {
            return "no handler for \"\(shown)\" in the host"
        }
        return "no handler for \"\(shown)\" in the host; did you mean \"\(nearest)\"?"
    }
}
