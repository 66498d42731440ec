internal import KeystoneCore
package import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// The lives of the workers, and of main Bun as far as it concerns them.
extension WorkerManager {
    // MARK: Main Bun

    /// Main Bun's way in; set before it starts.
    package func attach(main: BunConnection) {
        state.withLock { $0.main = main }
        relay.add(Relay.main, main)
    }

    /// What hears a run of main Bun first.
    package func mainReceiver(_ input: BunInput) -> any BunReceiver {
        relaySession(Relay.main, input, Logger("bun"), isExtensionHost: false)
    }

    /// Main Bun is ready, for the first time or again.
    package func mainIsReady() {
        let starting: [Worker] = state.withLock { state in
            guard !state.hasAutoStarted, !state.isClosed else { return [] }
            state.hasAutoStarted = true
            return state.workers.values.filter(\.config.autoStart).sorted { $0.name < $1.name }
        }
        for worker in starting { Task { await worker.supervisor.start() } }
    }

    /// Main Bun does not run and is not going to: workers that wait for it need not be waited for.
    package func mainHasFailed() {
        let waiting = state.withLock { state in
            state.hasAutoStarted ? [] : state.workers.values.filter(\.config.autoStart)
        }
        for worker in waiting {
            worker.supervisor.connection.close("The worker \"\(worker.name)\" starts after main Bun, which has failed")
        }
    }

    // MARK: Actions

    /// Delivers an action to the services of all running workers. An extension host hears only of those under its
    /// prefixes.
    package func deliver(_ action: String, source: ActionSource) {
        for worker in all.values where worker.hears(action) {
            worker.supervisor.connection.action(action, source: source)
        }
    }

    // MARK: A worker

    func make(_ config: WorkerConfig) -> Worker {
        let logger = Logger("worker:\(config.name)")
        let filter =
            config.isExtensionHost ? ExtensionFilter(prefixes: config.allowedChannels ?? [], logger: logger) : nil
        return Worker(
            config: config, sandbox: launcher?.sandbox(for: config),
            streams: launcher?.streams(for: config, filter: filter, logger: logger), timing: timing,
            end: { [weak self] in await self?.end($0) },
            receiver: { [weak self] input in self?.session(config, input, filter, logger) },
            launch: { [launcher] token in
                guard let launcher else { throw BunError(.notFound, "The app has no Bun side") }
                return try await launcher.launch(config, token: token)
            })
    }

    private func session(
        _ config: WorkerConfig, _ input: BunInput, _ filter: ExtensionFilter?, _ logger: Logger
    ) -> any BunReceiver {
        let relayed = relaySession(config.name, input, logger, isExtensionHost: config.isExtensionHost)
        return WorkerSession(name: config.name, relay: relayed, filter: filter) { [weak self] in self?.take($0) }
    }

    private func relaySession(
        _ name: String, _ input: BunInput, _ logger: Logger, isExtensionHost: Bool
    ) -> RelaySession {
        RelaySession(
            name: name, relay: relay, input: input, logger: logger, time: timing.time,
            onStart: { [weak self] in self?.greet($0, name, isExtensionHost: isExtensionHost) },
            onEnd: { [weak self] in self?.leave($0, name) })
    }

    /// A process that starts learns which workers can be reached before its services start.
    private func greet(_ input: BunInput, _ name: String, isExtensionHost: Bool) {
        portsOrder.withLock { _ in
            let workers = state.withLock { state in
                state.inputs[name] = input
                return Array(state.workers.values)
            }
            tell(input, isExtensionHost ? WorkerPorts() : ports(of: workers))
        }
    }

    private func leave(_ input: BunInput, _ name: String) {
        state.withLock { state in
            if state.inputs[name] === input { state.inputs[name] = nil }
        }
    }

    private func take(_ saying: WorkerSaying) {
        switch saying {
        case .push(let channel, let data, let retain):
            state.withLock { $0.main }?.send(.push(channel: channel, data: data, retain: retain))
        case .network(let endpoints, let worker):
            self[worker]?.sandbox?.declare(endpoints)
        case .action:
            break
        }
        notices.offer(saying)
    }

    /// Listens to a worker for as long as it is in the table.
    func watch(_ worker: Worker) {
        relay.add(worker.name, worker.supervisor.connection)
        let task = Task {
            for await event in worker.supervisor.events {
                worker.record(event)
                follow(event, of: worker)
                notices.post(event, of: worker)
            }
        }
        state.withLock { $0.watches[worker.name] = task }
    }

    private func follow(_ event: BunEvent, of worker: Worker) {
        let logger = Logger("worker:\(worker.name)")
        switch event {
        case .state(.running(let ready)):
            if ready.worker != worker.name {
                logger.warning(
                    "The process says that it is \(ready.worker.map { "the worker \"\($0)\"" } ?? "no worker")")
            }
            let door = worker.port.map { "port \($0), " } ?? ""
            logger.info("ready: \(door)services: \(ready.services.joined(separator: ", "))")
        case .state(.backingOff(let attempt, let delay, let reason)):
            logger.warning("\(reason); restart \(attempt) in \(delay)")
        case .state(.failed(let message)):
            logger.error(message)
        case .state(.stopped):
            logger.debug("stopped")
        case .message(.fatal(let message)):
            logger.error(message)
        case .state(.starting), .crashed, .restarted, .message:
            break
        }
        if case .state = event { tellChangedPorts() }
    }

    /// Tells the ports where they are others than those told last.
    private func tellChangedPorts() {
        let workers = state.withLock { Array($0.workers.values) }
        if portsOrder.withLock({ $0 != ports(of: workers) }) { broadcastPorts() }
    }

    func end(_ worker: Worker) async {
        guard configuredNames.contains(worker.name), !state.withLock({ $0.isClosed }) else {
            return await finish(worker)
        }
        await worker.supervisor.halt()
    }

    /// Ends a worker for good.
    func finish(_ worker: Worker) async {
        await worker.supervisor.stop()
        let watch = state.withLock { $0.watches[worker.name] }
        await watch?.value
        worker.sandbox?.close()
        state.withLock { state in
            guard state.workers[worker.name] === worker else { return }
            state.workers[worker.name] = nil
            state.watches[worker.name] = nil
            relay.remove(worker.name)
        }
    }
}
