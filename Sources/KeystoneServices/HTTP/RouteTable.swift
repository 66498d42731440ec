internal import KeystoneCore
internal import Synchronization

/// The routes of an app and its plugins, in the order in which they are tried.
final class RouteTable: Sendable {
    struct Route: Sendable {
        let method: String
        let pattern: RoutePattern
        let handler: HTTPRouter.Handler
        let owner: RegistrationOwner?
    }

    enum Finding {
        case route(Route, [String: String])
        /// The path is there, the method is not.
        case otherMethods([String])
        case nothing
    }

    private let routes = Mutex<[Route]>([])

    /// Adds a route at the end, or, for a newer generation of a plugin, where the older one's begin.
    func add(_ route: Route) {
        routes.withLock { $0.insert(route, at: Self.place(of: route, in: $0)) }
        route.owner?.held(by: self) { [weak self] in self?.removeAll(of: route.owner) }
    }

    private static func place(of route: Route, in routes: [Route]) -> Int {
        guard let owner = route.owner else { return routes.count }
        if let own = routes.lastIndex(where: { $0.owner === owner }) { return own + 1 }
        return routes.firstIndex { $0.owner?.name == owner.name } ?? routes.count
    }

    private func removeAll(of owner: RegistrationOwner?) {
        // Released outside the lock: what handlers hold may come here when it goes.
        let before = routes.withLock { routes in
            let before = routes
            routes.removeAll { $0.owner === owner }
            return before
        }
        _ = before
    }

    func find(_ method: String, _ path: [String]) -> Finding {
        let matches = routes.withLock { routes in
            routes.compactMap { route in
                route.owner.isActive ? route.pattern.match(path).map { (route, $0) } : nil
            }
        }
        if let (route, params) = matches.first(where: { $0.0.method == method || $0.0.method == "*" }) {
            return .route(route, params)
        }
        // Who can GET a thing can ask for its HEAD.
        if method == "HEAD", let (route, params) = matches.first(where: { $0.0.method == "GET" }) {
            return .route(route, params)
        }
        guard !matches.isEmpty else { return .nothing }
        var methods = Set(matches.map(\.0.method)).union(["OPTIONS"])
        if methods.contains("GET") { methods.insert("HEAD") }
        return .otherMethods(methods.sorted())
    }
}
