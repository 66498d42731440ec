public import KeystoneCore
internal import KeystoneProtocol
public import KeystoneSupport
internal import Synchronization

/// One more Bun process of the app, with services of its own. Usable from any thread.
///
/// It is started again when it dies, up to its configuration's `maxRestarts`, after delays that double from
/// `baseBackoffMs` up to 30 s. A run of a minute counts as recovered: the restarts before it are forgotten.
public final class Worker: Sendable {
    private struct State {
        var life = BunState.stopped
        var wasStarted = false
        var crashHandlers: [@MainActor @Sendable (Int32?) -> Void] = []
        var restartHandlers: [@MainActor @Sendable (Int) -> Void] = []
    }

    public let name: String
    public let config: WorkerConfig
    let supervisor: BunSupervisor
    /// The operating system's, for a worker that runs in one.
    let sandbox: WorkerSandbox?
    private let streams: StreamListener?
    private let token: WorkerToken
    private let end: @Sendable (Worker) async -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - end: What `stop()` does.
    ///   - launch: Called before each start, with the token for direct connections where there may be any.
    init(
        config: WorkerConfig, sandbox: WorkerSandbox?, streams: StreamListener?, timing: WorkerTiming,
        end: @escaping @Sendable (Worker) async -> Void,
        receiver: @escaping @Sendable (BunInput) -> (any BunReceiver)?,
        launch: @escaping @Sendable (_ token: String?) async throws -> BunLaunch
    ) {
        name = config.name
        self.end = end
        self.config = config
        self.sandbox = sandbox
        self.streams = streams
        let token = WorkerToken()
        self.token = token
        let policy = RestartPolicy(
            maximumRestarts: config.maxRestarts, baseDelay: .milliseconds(config.baseBackoffMs),
            maximumDelay: .seconds(30), stableRun: timing.stableRun, limitKey: "maxRestarts")
        // A worker is there to compute for as long as it takes: that it is silent does not mean that it hangs. Code of
        // others has to answer now and then.
        let options = BunSupervisorOptions(
            policy: policy, healthInterval: config.isExtensionHost ? timing.extensionHealthInterval : nil,
            shutdownGrace: timing.shutdownGrace, killGrace: timing.killGrace)
        supervisor = BunSupervisor(
            options: options, identity: .worker(config.name, isExtensionHost: config.isExtensionHost), port: nil,
            streams: streams, time: timing.time, receiver: receiver
        ) { _ in
            var launch = try await launch(config.servesDirectly ? token.renew() : nil)
            launch.environment["KEYSTONE_STREAM_SOCKET"] = streams?.path
            guard let sandbox else { return launch }
            return try await sandbox.wrap(launch)
        }
    }

    // MARK: Streams

    /// Opens a stream to the worker's service that takes `channel` with `svc.onStream(channel, …)`, and returns once it has
    /// it.
    ///
    /// - Parameters:
    ///   - data: For the service's handler, as `stream.data`.
    ///   - timeout: Covers the wait for a worker that starts; `nil` waits for ever.
    /// - Throws: `WireError`: `NO_HANDLER`, `UNAVAILABLE` where the worker does not come up, `TIMEOUT`.
    public func openStream(
        _ channel: String, data: JSONValue = .null, timeout: Duration? = .seconds(10)
    ) async throws -> ByteStream {
        guard let streams else { throw WireError(.unavailable, "the worker \(name) has no streams") }
        return try await streams.open(channel, data: data, timeout: timeout)
    }

    // MARK: How it fares

    /// Whether it answers questions now.
    public var isRunning: Bool { ready != nil }

    /// The port of its WebSocket server; `nil` while it does not run, without `browserAccess` and in a sandbox.
    public var port: Int? {
        guard config.servesDirectly, let port = ready?.port, port > 0 else { return nil }
        return port
    }

    /// The names of its services; empty while it does not run.
    public var services: [String] { ready?.services ?? [] }

    /// The id of its process, which in a sandbox is that of the sandbox; `nil` while there is none.
    public var processID: Int32? { supervisor.pid }

    private var ready: BunReady? {
        guard case .running(let ready) = state.withLock({ $0.life }) else { return nil }
        return ready
    }

    package var life: BunState { state.withLock { $0.life } }

    /// Whether it has a port, or is going to have one without anybody's doing.
    var isExpected: Bool {
        guard config.servesDirectly else { return false }
        let (life, wasStarted) = state.withLock { ($0.life, $0.wasStarted) }
        return switch life {
        case .starting, .running, .backingOff: true
        case .stopped: config.autoStart && !wasStarted
        case .failed: false
        }
    }

    /// What a direct connection has to show.
    var access: (port: Int, token: String)? {
        guard let port, let token = token.value else { return nil }
        return (port, token)
    }

    // MARK: Speaking to it

    /// Asks one of its services. The time-out includes the wait for a worker that starts.
    ///
    /// Throws `WireError`: `UNAVAILABLE` at once when it dies, was stopped, or will not be started again before the
    /// time-out; `TIMEOUT`, or the service's own error.
    /// - Parameters:
    ///   - args: Passed to the service; `nil` for none.
    ///   - timeout: `nil` waits for as long as the process lives.
    public func query(
        _ service: String, args: JSONValue? = nil, timeout: Duration? = .seconds(10)
    ) async throws -> JSONValue {
        try await supervisor.connection.query(service, args: args, timeout: timeout)
    }

    /// Calls a `.handle(channel, …)` handler of one of its services. As `query`, with a limit of 15 s.
    public func call(
        _ channel: String, args: JSONValue? = nil, timeout: Duration? = .seconds(15)
    ) async throws -> JSONValue {
        try await supervisor.connection.invoke(channel, args: args, timeout: timeout)
    }

    /// Delivers an action to its services' `onAction`, and to nobody else. Lost while it does not run.
    ///
    /// Throws `WireError` with code `FORBIDDEN` where it is an extension host and none of its `allowedChannels` fits.
    public func send(action: String) throws {
        guard hears(action) else {
            throw WireError(.forbidden, "\(name) may not hear of \(action): its allowedChannels don't have it")
        }
        supervisor.connection.action(action, source: .host)
    }

    /// Pushes to its services that listen (`onHostPush`) and to those connected to it that subscribed. Waits for a worker
    /// that starts.
    ///
    /// Throws `WireError` with code `UNAVAILABLE` when it does not run and is not going to, or does not read its input.
    public func push(_ channel: String, _ data: JSONValue) throws {
        try supervisor.connection.post(.push(channel: channel, data: data, retain: nil))
    }

    /// Ends it in order: its services stop, then the process. One that does not end within three seconds is made to.
    /// Open questions to it reject, later ones reject at once. Does the same as `WorkerManager.stop(_:)`.
    public func stop() async { await end(self) }

    /// Whether an action concerns it.
    func hears(_ action: String) -> Bool {
        !config.isExtensionHost || (config.allowedChannels ?? []).contains(where: action.hasPrefix)
    }

    // MARK: Events

    /// Calls the handler, on the main actor, each time that the process ends unasked.
    /// - Parameter handler: Gets the exit code, 128 and the signal's number for a killed process, and `nil` for one that
    ///   could not be started.
    public func onCrash(_ handler: @escaping @MainActor @Sendable (_ exitCode: Int32?) -> Void) {
        state.withLock { $0.crashHandlers.append(handler) }
    }

    /// Calls the handler, on the main actor, each time that it is ready again after a crash. Attempts count from 1.
    public func onRestart(_ handler: @escaping @MainActor @Sendable (_ attempt: Int) -> Void) {
        state.withLock { $0.restartHandlers.append(handler) }
    }

    /// Takes an event of the supervisor over, before anybody hears of it.
    func record(_ event: BunEvent) {
        guard case .state(let life) = event else { return }
        state.withLock { state in
            state.life = life
            state.wasStarted = true
        }
    }

    @MainActor
    func tell(_ event: BunEvent) {
        switch event {
        case .crashed(let status):
            for handler in state.withLock({ $0.crashHandlers }) { handler(status?.code) }
        case .restarted(let attempt):
            for handler in state.withLock({ $0.restartHandlers }) { handler(attempt) }
        case .state, .message:
            break
        }
    }
}

/// The secret of one run of a worker: 64 hexadecimal digits.
private final class WorkerToken: Sendable {
    private let text = Mutex<String?>(nil)

    var value: String? { text.withLock { $0 } }

    func renew() -> String {
        let new = RandomToken.hex()
        text.withLock { $0 = new }
        return new
    }
}

/// The times of workers' lives; tests have shorter ones.
package struct WorkerTiming: Sendable {
    package var time: any TimeSource = SystemTime()
    package var stableRun = Duration.seconds(60)
    package var shutdownGrace = Duration.seconds(3)
    package var killGrace = Duration.seconds(1)
    /// An extension host that leaves three checks in a row unanswered is ended.
    package var extensionHealthInterval = Duration.seconds(10)

    package init() {}
}
