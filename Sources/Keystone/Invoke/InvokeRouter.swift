package import KeystoneCore
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

    private struct Entry: Sendable {
        var route: Route
        /// `nil` for the framework's own handlers.
        var signature: HandlerSignature?
    }

    private let routes = Mutex<[Scope: [String: OwnedValues<Entry>]]>([:])

    package init() {}

    /// Adds a handler; a second one for the same channel and scope replaces the first, or, where that is another owner's,
    /// goes before it.
    package func handle(
        _ channel: String, scope: Scope = .app, owner: RegistrationOwner? = nil, _ route: Route,
        _ signature: HandlerSignature? = nil
    ) {
        let entry = Entry(route: route, signature: signature)
        routes.withLock { $0[scope, default: [:]][channel, default: OwnedValues()].set(entry, owner: owner) }
        owner?.held(by: self) { [weak self] in self?.removeHandlers(of: owner) }
    }

    /// What the app's handlers take and answer: all but the framework's own.
    package var signatures: [Scope: [String: HandlerSignature]] {
        routes.withLock { $0.mapValues { $0.compactMapValues(\.current?.signature) } }
    }

    package func removeHandlers(of scope: Scope) {
        routes.withLock { $0[scope] = nil }
    }

    private func removeHandlers(of owner: RegistrationOwner?) {
        guard let owner else { return }
        // Released outside the lock: what handlers hold may come here when it goes.
        let before = routes.withLock { routes in
            let before = routes
            for (scope, channels) in routes {
                for channel in channels.keys {
                    routes[scope]?[channel]?.remove(owner: owner)
                    if routes[scope]?[channel]?.isEmpty == true { routes[scope]?[channel] = nil }
                }
                if routes[scope]?.isEmpty == true { routes[scope] = nil }
            }
            return before
        }
        _ = before
    }

    /// Throws `WireError` with code `NO_HANDLER` where nobody handles the channel.
    package func route(channel: String, windowID: String, component: String) throws(WireError) -> Route {
        let found: Route? = routes.withLock { routes in
            for scope in [Scope.window(windowID), .component(component), .app] {
                if let entry = routes[scope]?[channel]?.current { return entry.route }
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
