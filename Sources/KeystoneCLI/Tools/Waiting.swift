internal import Dispatch
internal import Synchronization

/// Work that is asynchronous, in a command that has nothing else to do meanwhile.
final class Waiting<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    /// Runs the body to its end and returns what it does; blocks the calling thread.
    static func run(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let waiting = Waiting()
        Task.detached {
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            waiting.result.withLock { $0 = result }
            waiting.done.signal()
        }
        waiting.done.wait()
        guard let result = waiting.result.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }
}
