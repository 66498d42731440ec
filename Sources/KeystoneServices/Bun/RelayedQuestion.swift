package import KeystoneProtocol
package import KeystoneSupport
internal import Synchronization

/// A question that one process of the app asks another by way of the host. Its outcome is told exactly once.
package final class RelayedQuestion: Sendable {
    package typealias Completion = @Sendable (Result<JSONValue, WireError>) -> Void

    private struct State {
        var isOver = false
        /// Takes the question back from where it lies.
        var withdrawal: (@Sendable () -> Void)?
    }

    package let service: String
    package let args: JSONValue?
    /// The process that asks: a worker's name, or `main`.
    package let asker: String
    package let timeout: Duration?
    private let completion: Completion
    private let state = Mutex(State())

    package init(
        service: String, args: JSONValue?, asker: String, timeout: Duration?, completion: @escaping Completion
    ) {
        self.service = service
        self.args = args
        self.asker = asker
        self.timeout = timeout
        self.completion = completion
    }

    /// Tells the outcome; whatever comes later is ignored.
    package func settle(_ result: Result<JSONValue, WireError>) {
        let withdrawal: (@Sendable () -> Void)?? = state.withLock { state in
            guard !state.isOver else { return nil }
            state.isOver = true
            defer { state.withdrawal = nil }
            return .some(state.withdrawal)
        }
        guard let withdrawal else { return }
        // Who was asked need not go on.
        if case .failure(let error) = result, error.code == .timeout { withdrawal?() }
        completion(result)
    }

    /// The asker no longer waits: nothing is told any more.
    package func withdraw() {
        let withdrawal = state.withLock { state in
            state.isOver = true
            defer { state.withdrawal = nil }
            return state.withdrawal
        }
        withdrawal?()
    }

    /// The question lies with somebody now; `withdrawal` takes it back.
    func placed(_ withdrawal: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            if !state.isOver { state.withdrawal = withdrawal }
            return state.isOver
        }
        if isOver { withdrawal() }
    }
}
