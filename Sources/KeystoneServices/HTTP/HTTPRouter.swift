package import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// Answers the pages' `fetch("/api/…")`. There is no server: requests come over the same bridge as `invoke`.
///
/// Routes are tried in the order in which they were added, and the first that matches answers; those of a reloaded plugin
/// stand where the older ones stood. Handlers run off the main thread, each in a task of its own. Usable from any thread.
public final class HTTPRouter: Sendable {
    public typealias Handler = @Sendable (HTTPRequest) async throws -> HTTPResponse

    /// Only these paths of a page's `fetch` reach the router.
    public static let prefix = "/api/"

    private let table: RouteTable
    /// The plugin whose routes are added here; `nil` for the app's own.
    private let owner: RegistrationOwner?
    private let log = Logger("http")

    package init() {
        table = RouteTable()
        owner = nil
    }

    private init(table: RouteTable, owner: RegistrationOwner?) {
        self.table = table
        self.owner = owner
    }

    /// The same router, for the routes of one plugin.
    package func owned(by owner: RegistrationOwner) -> HTTPRouter { HTTPRouter(table: table, owner: owner) }

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
            table.add(
                RouteTable.Route(
                    method: method.uppercased(), pattern: try RoutePattern(pattern), handler: handler, owner: owner))
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
        switch table.find(request.method, path) {
        case .route(let route, let params):
            var request = request
            request.params = params
            guard let owner = route.owner else { return await run(route.handler, request) }
            return await RegistrationOwner.$current.withValue(owner) { [request] in
                await run(route.handler, request)
            }
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

    private func run(_ handler: Handler, _ request: HTTPRequest) async -> HTTPResponse {
        do {
            var response = try await handler(request)
            if request.method == "HEAD" { response.body = .bytes([]) }
            return response
        } catch let error as HTTPError {
            return .error(error.message, status: error.status)
        } catch let error as WireError {
            return .failure(error, status: error.httpStatus)
        } catch is CancellationError {
            let error = WireError(.aborted, "the request was cancelled")
            return .failure(error, status: error.httpStatus)
        } catch {
            log.error("\(request.method) \(request.path.prefix(200)) failed: \(error)")
            return .error("\(request.method) \(request.path.prefix(200)) failed")
        }
    }
}
