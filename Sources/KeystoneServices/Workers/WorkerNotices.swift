package import KeystoneSupport
internal import Synchronization

/// What a worker says to the app itself.
package enum WorkerSaying: Sendable, Hashable {
    case push(channel: String, data: JSONValue, retain: Bool?)
    case action(String, service: String, worker: String)
    /// What its services have declared with `.network()`.
    case network([String], worker: String)
}

extension WorkerSaying {
    /// About the bytes of memory that it takes.
    var roughSize: Int {
        switch self {
        case .push(let channel, let data, _): 256 + channel.utf8.count + data.roughSize
        case .action(let action, _, _): 256 + action.utf8.count
        case .network(let endpoints, _): endpoints.reduce(256) { $0 + 32 + $1.utf8.count }
        }
    }
}

/// Brings what happens to workers, and what they say, to the main actor, in order. What they say is bounded: a worker that
/// talks faster than the app listens loses words, not the app its memory.
package final class WorkerNotices: Sendable {
    package typealias EventHandler = @MainActor @Sendable (Worker, BunEvent) -> Void
    package typealias SayingHandler = @MainActor @Sendable (WorkerSaying) -> Void

    private enum Notice: Sendable {
        case event(Worker, BunEvent)
        case saying(WorkerSaying)
    }

    private struct Handlers {
        var onEvent: EventHandler?
        var onSaying: SayingHandler?
    }

    private let notices = BoundedEvents<Notice>(limit: 64 << 20)
    private let handlers = Mutex(Handlers())
    private let logger = Logger("host")

    /// Sets who hears of the workers' lives.
    package func onEvent(_ handler: @escaping EventHandler) { handlers.withLock { $0.onEvent = handler } }
    /// Sets who hears what workers say.
    package func onSaying(_ handler: @escaping SayingHandler) { handlers.withLock { $0.onSaying = handler } }

    func listen() {
        Task { @MainActor [notices, weak self] in
            for await notice in notices { self?.deliver(notice) }
        }
    }

    func finish() { notices.finish() }

    func post(_ event: BunEvent, of worker: Worker) { notices.send(.event(worker, event)) }

    func offer(_ saying: WorkerSaying) {
        guard handlers.withLock({ $0.onSaying != nil }) else { return }
        switch notices.offer(.saying(saying), cost: saying.roughSize) {
        case .taken, .lost: return
        case .lossBegins: logger.error("More messages come from workers than the host can take: some are lost")
        case .takenAfterLoss(let count): logger.error("\(count) messages of workers were lost")
        }
    }

    @MainActor
    private func deliver(_ notice: Notice) {
        let handlers = handlers.withLock { $0 }
        switch notice {
        case .event(let worker, let event):
            worker.tell(event)
            handlers.onEvent?(worker, event)
        case .saying(let saying):
            handlers.onSaying?(saying)
        }
    }
}
