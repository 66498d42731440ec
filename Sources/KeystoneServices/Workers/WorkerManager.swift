public import KeystoneCore
internal import KeystoneProtocol
public import KeystoneSupport
internal import Synchronization

/// The app's workers: those of the configuration, and those that are started while it runs. Usable from any thread.
///
/// Those of the configuration are there from the beginning; the ones with `autoStart` start once main Bun is ready, and
/// go on running when main Bun is started again.
public final class WorkerManager: Sendable {
    struct State {
        var workers: [String: Worker] = [:]
        /// The tasks that listen to the workers' events.
        var watches: [String: Task<Void, Never>] = [:]
        var main: BunConnection?
        /// The way into the latest run of each process, from its start on: its services may wait for a worker's port.
        var inputs: [String: BunInput] = [:]
        var hasAutoStarted = false
        var isClosed = false
    }

    let state = Mutex(State())
    let relay = Relay()
    /// What the main actor hears of the workers.
    package let notices = WorkerNotices()
    /// The ports that were told last. Held while they are told, so that older ones never come last.
    let portsOrder = Mutex(WorkerPorts())
    let launcher: WorkerLauncher?
    let timing: WorkerTiming
    /// Those of the configuration stay when they are stopped.
    let configuredNames: Set<String>

    /// - Parameters:
    ///   - configured: Workers of the configuration, which was checked when it was read.
    ///   - launcher: `nil` for an app that can't have workers.
    package init(configured: [WorkerConfig], launcher: WorkerLauncher?, timing: WorkerTiming = WorkerTiming()) {
        self.launcher = launcher
        self.timing = timing
        configuredNames = Set(configured.map(\.name))
        notices.listen()
        guard launcher != nil else { return }
        for config in configured {
            let worker = make(config)
            if !config.autoStart {
                worker.supervisor.connection.close(
                    "The worker \"\(config.name)\" was not started: its autoStart is false, so start it when it is needed"
                )
            }
            state.withLock { $0.workers[config.name] = worker }
            watch(worker)
        }
    }

    // MARK: Finding

    /// The worker of this name, running or not; `nil` where there is none.
    public subscript(name: String) -> Worker? { state.withLock { $0.workers[name] } }

    /// All workers by name, running or not.
    public var all: [String: Worker] { state.withLock { $0.workers } }

    // MARK: Starting and stopping

    /// Adds a worker and starts it. Returns at once; questions to it wait until it is ready.
    ///
    /// Throws `WorkerError` when the configuration is wrong, the name is taken, there are `WorkerConfig.maximumCount` workers, or the
    /// app has no Bun side or ends. What goes wrong later is in the log and in the answer to each question.
    @discardableResult
    public func spawn(_ config: WorkerConfig) throws -> Worker {
        let shown = config.name.prefix(64)
        guard launcher != nil else {
            throw WorkerError(.unavailable, "The app has no Bun side (\"bun\" in its configuration), so no workers")
        }
        if let problem = config.problems.first {
            throw WorkerError(.badConfiguration, "The worker \"\(shown)\": \(problem.key) \(problem.message)")
        }
        let worker = make(config)
        let refusal: WorkerError? = state.withLock { state in
            if state.isClosed { return .closed }
            if state.workers[config.name] != nil {
                return WorkerError(.duplicate, "There is a worker \"\(shown)\" already")
            }
            if state.workers.count >= WorkerConfig.maximumCount {
                return WorkerError(.unavailable, "There are \(state.workers.count) workers; no more are started")
            }
            state.workers[config.name] = worker
            return nil
        }
        if let refusal { throw refusal }
        watch(worker)
        Task { await worker.supervisor.start() }
        return worker
    }

    /// Starts a worker that was never started, was stopped or has failed; does nothing for one that runs or is about to.
    /// Throws `WorkerError` where there is none of this name, or the app ends.
    public func start(_ name: String) async throws {
        guard let worker = self[name] else { throw unknown(name) }
        guard !state.withLock({ $0.isClosed }) else { throw WorkerError.closed }
        switch await worker.supervisor.state {
        case .stopped, .failed: await worker.supervisor.restart()
        case .starting, .running, .backingOff: break
        }
    }

    /// Ends a worker in order and returns when its process has ended, after four seconds at most. One of the
    /// configuration can be started again; any other is removed. Throws `WorkerError` where there is none of this name.
    public func stop(_ name: String) async throws {
        guard let worker = self[name] else { throw unknown(name) }
        await end(worker)
    }

    /// Ends all workers, at the same time, and takes no new ones: the app ends.
    public func stopAll() async {
        let workers = state.withLock { state in
            state.isClosed = true
            return Array(state.workers.values)
        }
        await withTaskGroup { group in
            for worker in workers { group.addTask { await self.finish(worker) } }
        }
        notices.finish()
    }

    /// Ends all processes of workers at once.
    package func killAll() {
        for worker in all.values { worker.supervisor.kill() }
    }

    private func unknown(_ name: String) -> WorkerError {
        let hint = nearestName(to: String(name.prefix(64)), in: all.keys).map { "; did you mean \"\($0)\"?" } ?? ""
        return WorkerError(.unknown, "There is no worker \"\(name.prefix(64))\"\(hint)")
    }

    // MARK: Messages

    /// Sends a message from one process to another, as `ctx.relay` in a service does; `main` is the main Bun process.
    /// Waits for a process that starts. Throws `WireError` with code `UNAVAILABLE` where nobody is there to take it.
    public func route(from sender: String, to target: String, channel: String, data: JSONValue) throws {
        try relay.route(from: sender, to: target, channel: channel, data: data)
    }

    /// Tells main Bun and all workers but extension hosts which workers can be reached directly. This happens by itself
    /// whenever it changes.
    public func broadcastPorts() {
        portsOrder.withLock { told in
            let (inputs, workers) = state.withLock { ($0.inputs, $0.workers) }
            told = ports(of: Array(workers.values))
            for (name, input) in inputs where workers[name]?.config.isExtensionHost != true {
                tell(input, told)
            }
        }
    }

    /// Nobody needs to hear that a process has ended meanwhile: the next one is told at its start.
    func tell(_ input: BunInput, _ ports: WorkerPorts) {
        do {
            try input.send(.workerPorts(ports))
        } catch {
            Logger("host").debug("The workers' ports were not told: \(error)")
        }
    }

    func ports(of workers: [Worker]) -> WorkerPorts {
        var result = WorkerPorts()
        result.declared = workers.filter(\.isExpected).map(\.name).sorted()
        for worker in workers {
            guard let access = worker.access else { continue }
            result.ports[worker.name] = access.port
            result.tokens[worker.name] = access.token
        }
        return result
    }
}

extension WorkerError {
    static let closed = WorkerError(.unavailable, "The app is ending; no workers are started")
}
