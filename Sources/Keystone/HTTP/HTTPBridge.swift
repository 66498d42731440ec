internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport
internal import Synchronization

/// Carries a page's `fetch("/api/…")` to the router and the answer back, over `invoke`.
///
/// `http:request` answers with head and body, or, for a body that is made while it is read, with a head that names a
/// stream. Then `http:body` makes the body: that call lives as long as the body does, so whatever ends the page's calls (an
/// abort, a reload, the window's end) ends it too. `http:read` takes what is there.
final class HTTPBridge: Sendable {
    /// Streams of one window that no `http:body` has taken up; the oldest is dropped for a further one.
    private static let maximumUnclaimed = 64

    private struct Stream {
        let windowID: String
        let pipe: HTTPBodyPipe
        var write: (@Sendable (HTTPBodyWriter) async throws -> Void)?
    }

    private struct State {
        var streams: [Int64: Stream] = [:]
        var lastID: Int64 = 0
    }

    private let router: HTTPRouter
    private let state = Mutex(State())
    private let log = Logger("http")

    init(router: HTTPRouter) {
        self.router = router
    }

    func register(in invokes: InvokeRouter) {
        invokes.handle("http:request", .concurrent { [self] in try await answer($0) })
        invokes.handle("http:body", .concurrent { [self] in try await makeBody($0) })
        invokes.handle("http:read", .concurrent { [self] in try await read($0) })
    }

    private func answer(_ invoke: InvokeRequest) async throws -> InvokeReply {
        let frame = try HTTPFrame(invoke)
        guard let method = frame.head["method"]?.string, let target = frame.head["target"]?.string else {
            throw WireError(.badRequest, "a request has a method and a target")
        }
        let request = HTTPRequest(
            method: method, target: target, headers: HTTPHeaders(frame.head["headers"]), body: frame.body,
            windowID: invoke.windowID)
        let response = await router.answer(request)
        var head: JSONObject = ["status": JSONValue(response.status), "headers": response.headers.json]
        switch response.body {
        case .bytes(let body): return .bytes(HTTPFrame(head: .object(head), body: body).bytes)
        case .stream(let write):
            head["stream"] = .integer(open(write, for: invoke.windowID))
            return .bytes(HTTPFrame(head: .object(head), body: []).bytes)
        }
    }

    private func open(_ write: @escaping @Sendable (HTTPBodyWriter) async throws -> Void, for windowID: String) -> Int64
    {
        state.withLock { state in
            let unclaimed = state.streams.filter { $0.value.windowID == windowID && $0.value.write != nil }
            if unclaimed.count >= Self.maximumUnclaimed, let oldest = unclaimed.keys.min() {
                state.streams[oldest] = nil
            }
            state.lastID += 1
            state.streams[state.lastID] = Stream(windowID: windowID, pipe: HTTPBodyPipe(), write: write)
            return state.lastID
        }
    }

    /// Runs the writer; returns when the page has read all, throws what the writer threw.
    private func makeBody(_ invoke: InvokeRequest) async throws -> InvokeReply {
        let id = try id(of: invoke)
        let (pipe, write) = try claim(id, for: invoke.windowID)
        defer { state.withLock { $0.streams[id] = nil } }
        try await withTaskCancellationHandler {
            let end: Result<Void, any Error>
            do {
                try await write(HTTPBodyWriter(pipe: pipe))
                end = .success(())
            } catch {
                end = .failure(failure(error))
            }
            pipe.finish(end)
            do {
                // What was written before an error is read before it.
                try await pipe.drained()
                try end.get()
            } catch {
                throw failure(error)
            }
        } onCancel: {
            pipe.cancel()
        }
        return .none
    }

    private func claim(
        _ id: Int64, for windowID: String
    ) throws(WireError) -> (HTTPBodyPipe, @Sendable (HTTPBodyWriter) async throws -> Void) {
        let claimed = state.withLock { state -> (HTTPBodyPipe, @Sendable (HTTPBodyWriter) async throws -> Void)? in
            guard let stream = state.streams[id], stream.windowID == windowID, let write = stream.write else {
                return nil
            }
            state.streams[id]?.write = nil
            return (stream.pipe, write)
        }
        guard let claimed else { throw WireError(.badRequest, "there is no body \(id) to read") }
        return claimed
    }

    /// The next bytes; none at all at the body's end.
    private func read(_ invoke: InvokeRequest) async throws -> InvokeReply {
        let id = try id(of: invoke)
        let stream = state.withLock { $0.streams[id] }
        guard let stream, stream.windowID == invoke.windowID else {
            throw WireError(.badRequest, "there is no body \(id) to read")
        }
        do {
            return .bytes(try await stream.pipe.read() ?? [])
        } catch {
            throw failure(error)
        }
    }

    private func id(of invoke: InvokeRequest) throws -> Int64 {
        guard case .integer(let id)? = try invoke.arguments()["stream"] else {
            throw WireError(.badRequest, "`stream` must be the number of a body")
        }
        return id
    }

    /// What the page may know of a writer's error.
    private func failure(_ error: any Error) -> WireError {
        switch error {
        case let error as WireError: return error
        case is CancellationError: return WireError(.aborted, "the body is no longer read")
        case let error as HTTPError: return WireError(.handlerFailed, error.message)
        default:
            log.error("a response's body failed: \(error)")
            return WireError(.handlerFailed, "the response's body could not be made to its end")
        }
    }
}
