package import KeystoneProtocol
package import KeystoneSupport
internal import Synchronization

/// Questions that wait for their answers. Each is settled exactly once: by its answer, its time-out, the cancellation of
/// the asking task, or the end of the other process; whatever comes later is ignored. Ids count up.
package final class PendingAnswers<Answer: Sendable>: Sendable {
    private struct Question {
        var continuation: CheckedContinuation<Answer, any Error>
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
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.open[id] = Question(continuation: continuation) }
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

    /// Settles a question; `false` when nobody waits for it any more.
    @discardableResult
    package func settle(_ id: Int64, _ result: Result<Answer, WireError>) -> Bool {
        guard let question = state.withLock({ $0.open.removeValue(forKey: id) }) else { return false }
        question.timer?.cancel()
        question.continuation.resume(with: result.mapError { $0 as any Error })
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
