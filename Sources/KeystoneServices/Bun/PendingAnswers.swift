package import KeystoneProtocol
package import KeystoneSupport
internal import Synchronization

/// Questions that wait for their answers. Each is settled exactly once: by its answer, its time-out, the cancellation of
/// the asking task, or the end of the other process; whatever comes later is ignored. Ids count up.
package final class PendingAnswers<Answer: Sendable>: Sendable {
    /// Receives a question's outcome, on whichever thread settles it.
    package typealias Completion = @Sendable (Result<Answer, WireError>) -> Void

    private struct Question {
        var completion: Completion
        var timer: Task<Void, Never>?
    }

    private struct State {
        var lastID: Int64 = 0
        var open: [Int64: Question] = [:]
    }

    private let state = Mutex(State())
    private let time: any TimeSource

    package init(time: any TimeSource = SystemTime()) {
        self.time = time
    }

    package var count: Int { state.withLock { $0.open.count } }

    /// Waits for the answer of one question. `ask` puts it, with its id; it is called once the answer can be taken.
    /// Throws `WireError`: `TIMEOUT`, `ABORTED`, or what the question was settled with.
    package func wait(
        timeout: Duration?, what: @escaping @Sendable () -> String, ask: (Int64) -> Void
    ) async throws -> Answer {
        let id = nextID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let completion: Completion = { continuation.resume(with: $0.mapError { $0 as any Error }) }
                state.withLock { $0.open[id] = Question(completion: completion) }
                if Task.isCancelled {
                    settle(id, .failure(WireError(.aborted, "The question was cancelled")))
                    return
                }
                if let timeout { startTimer(id, timeout, what) }
                ask(id)
            }
        } onCancel: {
            settle(id, .failure(WireError(.aborted, "The question was cancelled")))
        }
    }

    /// Puts a question without a task that waits for it: `completion` hears the outcome once. Returns at once, so that
    /// questions keep the order in which they are put.
    @discardableResult
    package func put(
        timeout: Duration?, what: @escaping @Sendable () -> String, completion: @escaping Completion,
        ask: (Int64) -> Void
    ) -> Int64 {
        let id = nextID()
        state.withLock { $0.open[id] = Question(completion: completion) }
        if let timeout { startTimer(id, timeout, what) }
        ask(id)
        return id
    }

    private func nextID() -> Int64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Settles a question; `false` when nobody waits for it any more.
    @discardableResult
    package func settle(_ id: Int64, _ result: Result<Answer, WireError>) -> Bool {
        guard let question = state.withLock({ $0.open.removeValue(forKey: id) }) else { return false }
        question.timer?.cancel()
        question.completion(result)
        return true
    }

    package func settleAll(_ result: Result<Answer, WireError>) {
        let ids = state.withLock { $0.open.keys.sorted() }
        for id in ids { settle(id, result) }
    }

    private func startTimer(_ id: Int64, _ timeout: Duration, _ what: @escaping @Sendable () -> String) {
        let timer = Task { [weak self, time] in
            do {
                try await time.sleep(for: timeout)
            } catch {
                return  // Settled in time.
            }
            self?.settle(id, .failure(WireError(.timeout, "\(what()) did not answer within \(timeout)")))
        }
        let kept = state.withLock { state in
            state.open[id]?.timer = timer
            return state.open[id] != nil
        }
        if !kept { timer.cancel() }
    }
}
