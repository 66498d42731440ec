internal import Dispatch

/// Runs work that waits for the disk on threads of its own: Swift's own threads are as many as the machine has cores, and
/// everything else of the app would wait for the disk too.
public final class Blocking: TaskExecutor {
    public static let executor = Blocking()

    private let queue = DispatchQueue(label: "files", attributes: .concurrent)

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
