internal import Dispatch

/// Runs what blocks, one at a time, on a thread that nobody else waits for.
struct BlockingQueue: Sendable {
    private let queue = DispatchQueue(label: "keystone.plugins")

    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}
