internal import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// Answers the pages' `fetch("/api/…")`. There is no server: requests come over the same bridge as `invoke`.
///
/// Routes are tried in the order in which they were added, and the first that matches answers. Handlers run off the main
/// thread, each in a task of its own. Usable from any thread.
public final class HTTPRouter: Sendable {
    public typealias Handler = @Sendable (HTTPRequest) async throws -> HTTPResponse

    /// Only these paths of a page's `fetch` reach the router.
    public static let prefix = "/api/"

    private struct Route {
        let method: String
        let pattern: RoutePattern
        let handler: Handler
    }

    private let routes = Mutex<[Route]>([])
    private let log = Logger("http")

    package init() {}

    /// Adds a route. Answers the router, so that calls can follow each other.
    ///
    /// - Parameters:
    ///   - method: `GET`, `POST` or any other; `*` for every method.
    ///   - pattern: Below `/api/`, for example `/api/projects/:id/tasks`; `:name` matches one segment, a `*` at the end any
    ///     rest. One that can't be a path, or that no page can reach, is reported in the log and left out.
    @discardableResult
    public func route(_ method: String, _ pattern: String, _ handler: @escaping Handler) -> HTTPRouter {
        do throws(RoutePatternError) {
            guard pattern.hasPrefix(Self.prefix) else {
                throw RoutePatternError(pattern: pattern, problem: "only paths below \(Self.prefix) reach the host")
            }
            let route = Route(method: method.uppercased(), pattern: try RoutePattern(pattern), handler: handler)
            routes.withLock { $0.append(route) }
        } catch {
            log.error("\(error)")
        }
        return self
    }

    @discardableResult
    public func get(_ pattern: String, _ handler: @escaping Handler) -> HTTPRouter { route("GET", pattern, handler) }

    @discardableResult
    public func post(_ pattern: String, _ handler: @escaping Handler) -> HTTPRouter { route("POST", pattern, handler) }

    @discardableResult
    public func put(_ pattern: String, _ handler: @escaping Handler) -> HTTPRouter { route("PUT", pattern, handler) }

    @discardableResult
    public func patch(_ pattern: String, _ handler: @escaping Handler) -> HTTPRouter {
        route("PATCH", pattern, handler)
    }

    @discardableResult
    public func delete(_ pattern: String, _ handler: @escaping Handler) -> HTTPRouter {
        route("DELETE", pattern, handler)
    }

    /// Answers a request; never throws. Errors of handlers that are not meant for the page go to the log alone.
    package func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard let path = RoutePattern.segments(of: request.path) else {
            return .error("\(request.path.prefix(200)) is not a path", status: 400)
        }
        switch find(request.method, path) {
        case .handler(let handler, let params):
            var request = request
            request.params = params
            return await run(handler, request)
        case .otherMethods(let allowed):
            var response =
                request.method == "OPTIONS"
                ? HTTPResponse.noContent()
                : .error("\(request.path.prefix(200)) has no \(request.method.prefix(40))", status: 405)
            response.headers["Allow"] = allowed.joined(separator: ", ")
            return response
        case .nothing:
            return .notFound("no route for \(request.method.prefix(40)) \(request.path.prefix(200))")
        }
    }

    private enum Finding {
        case handler(Handler, [String: String])
        /// The path is there, the method is not.
        case otherMethods([String])
        case nothing
    }

    private func find(_ method: String, _ path: [String]) -> Finding {
        let matches = routes.withLock { routes in
            routes.compactMap { route in route.pattern.match(path).map { (route, $0) } }
        }
        if let (route, params) = matches.first(where: { $0.0.method == method || $0.0.method == "*" }) {
            return .handler(route.handler, params)
        }
        // Who can GET a thing can ask for its HEAD.
        if method == "HEAD", let (route, params) = matches.first(where: { $0.0.method == "GET" }) {
            return .handler(route.handler, params)
        }
        guard !matches.isEmpty else { return .nothing }
        var methods = Set(matches.map(\.0.method)).union(["OPTIONS"])
        if methods.contains("GET") { methods.insert("HEAD") }
        return .otherMethods(methods.sorted())
    }

    private func run(_ handler: Handler, _ request: HTTPRequest) async -> HTTPResponse {
        do {
            var response = try await handler(request)
            if request.method == "HEAD" { response.body = .bytes([]) }
            return response
        } catch let error as HTTPError {
            return .error(error.message, status: error.status)
        } catch let error as WireError {
            return .failure(error, status: error.responseStatus)
        } catch is CancellationError {
            return .failure(WireError(.aborted, "the request was cancelled"), status: 499)
        } catch {
            log.error("\(request.method) \(request.path.prefix(200)) failed: \(error)")
            return .error("\(request.method) \(request.path.prefix(200)) failed")
        }
    }
}
