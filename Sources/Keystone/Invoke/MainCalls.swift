internal import Synchronization

/// Calls from other threads on their way to the main actor, in their order.
///
/// A burst of them takes one hop, not one each; between its parts the main loop gets its turn.
final class MainCalls: Sendable {
    struct Job: Sendable {
        /// Whose call it is: the answers of one part of a burst are sent together.
        var source: OpenCalls
        var run: @MainActor @Sendable () -> Void
    }

    /// Jobs that run without a look at the main loop.
    private static let part = 128

    private struct State {
        var waiting: [Job] = []
        var isScheduled = false
    }

    private let state = Mutex(State())

    func add(_ job: Job) {
        let isFirst = state.withLock { state in
            state.waiting.append(job)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if isFirst { schedule() }
    }

    private func schedule() {
        Task { @MainActor in run() }
    }

    @MainActor
    private func run() {
        let (jobs, more) = state.withLock { state in
            let jobs = Array(state.waiting.prefix(Self.part))
            state.waiting.removeFirst(jobs.count)
            state.isScheduled = !state.waiting.isEmpty
            return (jobs, state.isScheduled)
        }
        var source: OpenCalls?
        for job in jobs {
            if job.source !== source {
                source?.answersTogether(false)
                source = job.source
                source?.answersTogether(true)
            }
            job.run()
        }
        source?.answersTogether(false)
        if more { schedule() }
    }
}
