package import KeystoneProtocol
internal import Synchronization

/// One call of a page, as its carrier read it.
package struct InvokeCall: Sendable {
    /// Unique among the open calls of its source.
    package var id: String
    package var channel: String
    package var payload: InvokeRequest.Payload

    package init(id: String, channel: String, payload: InvokeRequest.Payload) {
        self.id = id
        self.channel = channel
        self.payload = payload
    }
}

/// The open calls of one source: a page's script messages and binary requests, or its connection of the fast path.
///
/// Every call is answered exactly once, whatever happens to it. Usable from any thread.
package final class OpenCalls: Sendable {
    /// Receives a call's outcome, on any thread.
    package typealias Answer = @Sendable (Result<InvokeReply, WireError>) -> Void

    private enum Work {
        /// Waits for its turn on the main actor.
        case queued
        /// Runs on the thread that read it, up to where it first waits; only then there is a task to cancel.
        case starting(isCancelled: Bool)
        case task(Task<Void, Never>)
    }

    private struct Entry {
        var work: Work
        var bytes: Int
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var unwanted = UnwantedCalls()
        var isClosed = false
    }

    private let target: InvokeDispatcher.Target
    private let together: @Sendable (Bool) -> Void
    private let isOrdered: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - isOrdered: Whether a call always comes before the word that it is cancelled.
    ///   - together: told when answers begin (`true`) and end to come in a burst that is worth one send.
    init(
        target: InvokeDispatcher.Target, isOrdered: Bool = false,
        together: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        self.target = target
        self.isOrdered = isOrdered
        self.together = together
    }

    func answersTogether(_ begin: Bool) { together(begin) }

    /// Starts a call. Its handler runs in a task of its own or on the main actor, as it was registered.
    ///
    /// - Parameter here: whether such a task may begin on this thread, up to where it first waits. That saves a change of
    ///   threads, and takes as long as the handler does.
    package func run(_ call: InvokeCall, here: Bool = false, answer: @escaping Answer) {
        do {
            let request = target.request(call)
            switch try target.route(call) {
            case .main(let handler): try queue(call, request, handler, answer)
            case .concurrent(let handler):
                if here {
                    try startHere(call, request, handler, answer)
                } else {
                    try start(call, request, handler, answer)
                }
            }
        } catch {
            answer(.failure(error))
        }
    }

    /// The same for calls that come in on the main actor: what has to run there is answered before this returns.
    @MainActor
    package func runOnMain(
        _ call: InvokeCall, answer: @escaping @MainActor @Sendable (Result<InvokeReply, WireError>) -> Void
    ) {
        do {
            let request = target.request(call)
            switch try target.route(call) {
            case .main(let handler): answer(target.outcome(of: call.channel) { try handler(request) })
            case .concurrent(let handler):
                try start(call, request, handler) { result in Task { @MainActor in answer(result) } }
            }
        } catch {
            answer(.failure(error))
        }
    }

    /// The page no longer wants the answer: a task is cancelled, a call that still waits is answered with `ABORTED`.
    package func cancel(id: String) {
        let entry = state.withLock { state in
            switch state.entries[id]?.work {
            case .queued:
                // It finds its entry gone when its turn comes.
                return state.entries.removeValue(forKey: id)
            case .starting:
                state.entries[id]?.work = .starting(isCancelled: true)
                return nil
            case .task:
                return state.entries[id]
            case nil:
                if !isOrdered { state.unwanted.remember(id) }
                return nil
            }
        }
        switch entry?.work {
        case .task(let task): task.cancel()
        case .queued: target.budget.giveBack(bytes: entry?.bytes ?? 0)
        case .starting, nil: break
        }
    }

    /// The page or its connection is gone: every task is cancelled, and no further call is taken.
    package func close() {
        let entries = state.withLock { state in
            state.isClosed = true
            defer { state.entries.removeAll() }
            return state.entries
        }
        for case .task(let task) in entries.values.map(\.work) { task.cancel() }
        target.budget.giveBack(calls: entries.count, bytes: entries.values.reduce(0) { $0 + $1.bytes })
    }

    // MARK: The two ways to run

    private func queue(
        _ call: InvokeCall, _ request: InvokeRequest, _ handler: @escaping InvokeRouter.MainHandler,
        _ answer: @escaping Answer
    ) throws(WireError) {
        try open(call) { .queued }
        let target = target
        target.mainCalls.add(
            MainCalls.Job(source: self) { [self] in
                guard take(call.id) else {
                    return answer(.failure(WireError(.aborted, "\(call.channel) was cancelled")))
                }
                answer(target.outcome(of: call.channel) { try handler(request) })
            })
    }

    private func start(
        _ call: InvokeCall, _ request: InvokeRequest, _ handler: @escaping InvokeRouter.Handler,
        _ answer: @escaping Answer
    ) throws(WireError) {
        try open(call) { .task(Task.detached { [self] in await perform(call, request, handler, answer) }) }
    }

    private func startHere(
        _ call: InvokeCall, _ request: InvokeRequest, _ handler: @escaping InvokeRouter.Handler,
        _ answer: @escaping Answer
    ) throws(WireError) {
        try open(call) { .starting(isCancelled: false) }
        let task = Task.immediateDetached { [self] in await perform(call, request, handler, answer) }
        let isUnwanted = state.withLock { state in
            // Over already, or closed meanwhile.
            guard case .starting(let isCancelled) = state.entries[call.id]?.work else { return state.isClosed }
            state.entries[call.id]?.work = .task(task)
            return isCancelled
        }
        if isUnwanted { task.cancel() }
    }

    private func perform(
        _ call: InvokeCall, _ request: InvokeRequest, _ handler: InvokeRouter.Handler, _ answer: Answer
    ) async {
        let outcome: Result<InvokeReply, WireError>
        do {
            outcome = .success(try await handler(request))
        } catch {
            outcome = .failure(target.failure(error, channel: call.channel))
        }
        _ = take(call.id)
        answer(outcome)
    }

    /// Enters a call. The lock is held while its work is made: a task that ends at once finds its entry.
    private func open(_ call: InvokeCall, _ work: () -> Work) throws(WireError) {
        let bytes = call.payload.size
        try target.budget.take(bytes: bytes)
        let refusal: WireError? = state.withLock { state in
            if state.isClosed { return WireError(.unavailable, "the page is gone") }
            if state.unwanted.take(call.id) { return WireError(.aborted, "\(call.channel) was cancelled") }
            if state.entries[call.id] != nil {
                return WireError(.badRequest, "call id \(call.id.prefix(40)) is already in use")
            }
            state.entries[call.id] = Entry(work: work(), bytes: bytes)
            return nil
        }
        guard let refusal else { return }
        target.budget.giveBack(bytes: bytes)
        throw refusal
    }

    /// Ends a call; `false` where it was cancelled while it waited, or the page went.
    private func take(_ id: String) -> Bool {
        let entry = state.withLock { $0.entries.removeValue(forKey: id) }
        guard let entry else { return false }
        target.budget.giveBack(bytes: entry.bytes)
        return true
    }
}

extension InvokeRequest.Payload {
    /// In bytes.
    var size: Int {
        switch self {
        case .json(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }
}
