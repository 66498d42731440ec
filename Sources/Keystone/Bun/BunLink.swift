internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport

/// The app's Bun process as the main actor sees it: its life, its messages, and the way to it.
@MainActor
final class BunLink {
    let connection: BunConnection
    /// What pages show to be let in: 64 hexadecimal digits.
    let sessionToken: String
    let workers: WorkerManager
    /// Bun's streams; `nil` where there can't be any.
    let streams: StreamListener?
    /// Who takes those that services open.
    let streamHandlers: StreamHandlers
    private let supervisor: BunSupervisor
    private var listening: Task<Void, Never>?
    private(set) var pid: Int?
    /// It is not going to run until `restart()`.
    private(set) var hasFailed = false

    /// Called for each change of Bun's state.
    var onState: (@MainActor (BunState) -> Void)?
    /// Bun ended unasked; as a shell tells a status, 128 and the signal's number for a killed process.
    var onCrash: (@MainActor (_ exitCode: Int) -> Void)?
    /// Bun runs again after a crash.
    var onRestart: (@MainActor (_ attempt: Int) -> Void)?
    /// Called for each message that is for the host.
    var onMessage: (@MainActor (BunToHost) -> Void)?

    init(
        supervisor: BunSupervisor, workers: WorkerManager, sessionToken: String, streams: StreamListener?,
        streamHandlers: StreamHandlers
    ) {
        self.streams = streams
        self.streamHandlers = streamHandlers
        self.supervisor = supervisor
        self.workers = workers
        self.sessionToken = sessionToken
        connection = supervisor.connection
    }

    /// Starts the process. What happens is kept until `listen()`.
    func start() {
        Task.detached { [supervisor] in await supervisor.start() }
    }

    /// Begins to report to `onState` and `onMessage`.
    func listen() {
        listening = Task { [weak self, events = supervisor.events] in
            for await event in events { self?.receive(event) }
        }
    }

    private func receive(_ event: BunEvent) {
        switch event {
        case .state(let state):
            pid = if case .running(let ready) = state { ready.pid } else { nil }
            hasFailed = if case .failed = state { true } else { false }
            if pid != nil { workers.mainIsReady() }
            if hasFailed { workers.mainHasFailed() }
            onState?(state)
        case .message(let message): onMessage?(message)
        case .crashed(let status): onCrash?(Int(status?.code ?? -1))
        case .restarted(let attempt): onRestart?(attempt)
        }
    }

    /// Starts Bun again after it has failed for good.
    func restart() {
        Task.detached { [supervisor] in await supervisor.restart() }
    }

    /// Ends the workers and then Bun in order: services stop, then they exit; bounded.
    func stop() async {
        await workers.stopAll()
        await supervisor.stop()
        listening?.cancel()
    }

    /// Ends Bun, the workers and all that they started at once.
    func kill() {
        workers.killAll()
        supervisor.kill()
    }
}
