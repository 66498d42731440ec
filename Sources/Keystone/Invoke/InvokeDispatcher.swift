package import KeystoneCore
package import KeystoneProtocol
internal import KeystoneSupport

/// Runs the calls of one window's page and answers each exactly once.
///
/// A call's task is cancelled when the page aborts it, goes away, or its process dies.
@MainActor
package final class InvokeDispatcher {
    /// Receives a call's outcome.
    package typealias Answer = @MainActor (Result<InvokeReply, WireError>) -> Void

    private let router: InvokeRouter
    private let windowID: String
    private let component: String
    private let log: Logger
    private var running: [String: Task<Void, Never>] = [:]
    /// Counts the pages: a reloaded page starts its ids anew while tasks of the old one may still be ending.
    private var generation = 0

    package init(router: InvokeRouter, windowID: String, component: String) {
        self.router = router
        self.windowID = windowID
        self.component = component
        log = Logger("page:\(windowID)")
    }

    /// A page that keeps asking without an end is no reason to run out of memory.
    static let maximumOpenCalls = 100_000

    /// How many calls are open.
    package var openCalls: Int { running.count }

    /// A script message: `ID LF CHANNEL LF ARGS`, or `ID LF LF` to cancel.
    package func receive(_ message: PageMessage, reply: any PageReply) {
        do {
            switch try PageCall(message.body) {
            case .cancel(let id):
                cancel(id: String(id))
                reply.resolve("")
            case .invoke(let id, let channel, let args):
                run(id: String(id), channel: String(channel), payload: .json(args)) { result in
                    switch result {
                    case .success(let value): Self.resolve(reply, value)
                    case .failure(let failure): reply.reject(failure.jsonText)
                    }
                }
            }
        } catch {
            reply.reject(error.jsonText)
        }
    }

    /// Starts a call. `answer` is called once, on the main actor, unless the page is gone by then.
    package func run(id: String, channel: String, payload: InvokeRequest.Payload, answer: @escaping Answer) {
        let request = InvokeRequest(channel: channel, windowID: windowID, component: component, payload: payload)
        let route: InvokeRouter.Route
        do {
            route = try router.route(channel: channel, windowID: windowID, component: component)
        } catch {
            answer(.failure(failure(error, channel: channel)))
            return
        }
        switch route {
        case .main(let handler):
            do {
                answer(.success(try handler(request)))
            } catch {
                answer(.failure(failure(error, channel: channel)))
            }
        case .concurrent(let handler):
            start(id: id, request: request, handler: handler, answer: answer)
        }
    }

    private func start(
        id: String, request: InvokeRequest, handler: @escaping InvokeRouter.Handler, answer: @escaping Answer
    ) {
        guard running.count < Self.maximumOpenCalls else {
            answer(.failure(WireError(.unavailable, "\(running.count) calls of this page are open; no more are taken")))
            return
        }
        if running[id] != nil {
            answer(.failure(WireError(.badRequest, "call id \(id.prefix(40)) is already in use")))
            return
        }
        let generation = generation
        running[id] = Task.detached { [weak self] in
            let outcome: Result<InvokeReply, any Error>
            do {
                outcome = .success(try await handler(request))
            } catch {
                outcome = .failure(error)
            }
            await self?.finish(
                id: id, generation: generation, channel: request.channel, outcome: outcome, answer: answer)
        }
    }

    private func finish(
        id: String, generation: Int, channel: String, outcome: Result<InvokeReply, any Error>, answer: Answer
    ) {
        if generation == self.generation { running[id] = nil }
        switch outcome {
        case .success(let reply): answer(.success(reply))
        case .failure(let error): answer(.failure(failure(error, channel: channel)))
        }
    }

    package func cancel(id: String) {
        running[id]?.cancel()
    }

    /// The page is gone: every open call's task is cancelled.
    package func cancelAll() {
        generation += 1
        for task in running.values { task.cancel() }
        running.removeAll()
    }

    private static func resolve(_ reply: any PageReply, _ value: InvokeReply) {
        switch value {
        case .none: reply.resolve("")
        case .json(let json): reply.resolve(json.serializedString())
        case .jsonText(let text): reply.resolve(text)
        case .bytes:
            let failure = WireError(
                .badRequest, "the handler answers with binary data; call it with binary arguments")
            reply.reject(failure.jsonText)
        }
    }

    /// What the page may know of an error; anything that isn't meant for it goes to the log alone.
    private func failure(_ error: any Error, channel: String) -> WireError {
        switch error {
        case let failure as WireError:
            return failure
        case is CancellationError:
            return WireError(.aborted, "\(channel) was cancelled")
        case let error as PlatformError:
            let code = error.code == .notSupported ? WireError.Code.notSupported : .handlerFailed
            return WireError(code, error.message)
        default:
            log.error("the handler of \(channel) failed: \(error)")
            return WireError(
                .handlerFailed, "\(channel) failed: \(error)", name: String(describing: type(of: error)))
        }
    }
}
