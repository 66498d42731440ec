internal import KeystoneProtocol
package import KeystoneSupport
internal import Synchronization

/// What the supervisor needs to know.
package struct BunSupervisorOptions: Sendable {
    package var policy: RestartPolicy
    /// Between two health checks of a running Bun, and how long each may take. `nil`: none, for a process that may
    /// compute for minutes.
    package var healthInterval: Duration?
    /// So many unanswered checks in a row mean that Bun hangs: it is killed and starts again.
    package var missedHealthChecks: Int
    /// For Bun's orderly end, then for the end that `SIGTERM` asks for.
    package var shutdownGrace: Duration
    package var killGrace: Duration

    package init(
        policy: RestartPolicy = RestartPolicy(), healthInterval: Duration? = .seconds(5), missedHealthChecks: Int = 3,
        shutdownGrace: Duration = .seconds(5), killGrace: Duration = .seconds(2)
    ) {
        self.policy = policy
        self.healthInterval = healthInterval
        self.missedHealthChecks = missedHealthChecks
        self.shutdownGrace = shutdownGrace
        self.killGrace = killGrace
    }
}

/// Keeps Bun running: starts it, watches it, starts it again with growing delays, and gives up at the limit.
///
/// Everything that happens comes through `events`. Questions and pushes go through `connection`, which needs no `await`
/// on this actor and outlives every single Bun.
package actor BunSupervisor {
    /// One consumer. Ends after `stop()`. Where it is too slow for the messages of a Bun that floods, some are lost, and
    /// the log says so; changes of state never are.
    package nonisolated let events = BoundedEvents<BunEvent>(limit: 64 << 20)
    package nonisolated let connection: BunConnection
    package private(set) var state = BunState.stopped

    private let options: BunSupervisorOptions
    private let port: PortMemory?
    private let streams: StreamListener?
    private let launch: @Sendable (_ port: Int) async throws -> BunLaunch
    private let time: any TimeSource
    private let identity: BunIdentity
    private let receiver: @Sendable (BunInput) -> (any BunReceiver)?
    private var supervision: SupervisionState
    private nonisolated let process = Mutex<BunProcess?>(nil)
    private var loop: Task<Void, Never>?
    private var lastPort = 0
    private var isFinished = false

    /// - Parameters:
    ///   - port: Where the app's port is remembered; `nil` asks for any port at first.
    ///   - streams: Where each run connects for its streams, and nobody else; it is shut down with the supervisor.
    ///   - receiver: Made for each run; hears it first.
    ///   - launch: Called before each start with the port to ask for. What it throws is the reason why Bun can't run.
    package init(
        options: BunSupervisorOptions = BunSupervisorOptions(), identity: BunIdentity = .main, port: PortMemory?,
        streams: StreamListener? = nil, time: any TimeSource = SystemTime(),
        receiver: @escaping @Sendable (BunInput) -> (any BunReceiver)? = { _ in nil },
        launch: @escaping @Sendable (_ port: Int) async throws -> BunLaunch
    ) {
        self.options = options
        self.port = port
        self.streams = streams
        self.time = time
        self.identity = identity
        self.receiver = receiver
        self.launch = launch
        supervision = SupervisionState(policy: options.policy)
        connection = BunConnection(identity: identity, time: time)
    }

    /// The id of the Bun that runs or starts now.
    package nonisolated var pid: Int32? { process.withLock { $0?.pid } }

    /// Ends the Bun that runs or starts now, and all it started, at once. It starts again, unless `stop()` was called.
    package nonisolated func kill() { process.withLock { $0 }?.kill() }

    /// Starts Bun; does nothing while it runs, starts or waits for its restart.
    package func start() {
        guard loop == nil, !isFinished else { return }
        if lastPort == 0 { lastPort = port?.load() ?? 0 }
        connection.disconnect()
        streams?.dismiss()
        loop = Task { await run() }
    }

    /// Starts Bun again after it failed for good, or sooner than the back-off would.
    package func restart() async {
        await endLoop()
        supervision.reset()
        start()
    }

    /// Ends Bun in order: its services stop, then it exits; after the grace period it is made to. `events` ends.
    package func stop() async {
        isFinished = true
        await halt()
        streams?.shutDown("\(identity.subject) was stopped")
        events.finish()
    }

    /// Does the same, but for a Bun that may be started again.
    package func halt() async {
        await endLoop()
        change(.stopped)
        connection.close("\(identity.subject) was stopped")
        streams?.close("\(identity.subject) was stopped")
    }

    private func endLoop() async {
        loop?.cancel()
        if let process = process.withLock({ $0 }) {
            await process.shutdown(grace: options.shutdownGrace, killGrace: options.killGrace)
        }
        await loop?.value
        loop = nil
    }

    private static func pass(_ message: BunToHost, to events: BoundedEvents<BunEvent>, _ identity: BunIdentity) {
        switch events.offer(.message(message), cost: message.roughSize) {
        case .taken, .lost: return
        case .lossBegins: identity.logger.error("More messages come than the host can take: some are lost")
        case .takenAfterLoss(let count): identity.logger.error("\(count) messages were lost")
        }
    }

    // MARK: The loop

    private func run() async {
        while !Task.isCancelled {
            let attempt = supervision.restarts
            connection.disconnect()
            change(.starting(attempt: attempt))
            let ending = await runOnce(attempt: attempt)
            process.withLock { $0 = nil }
            connection.disconnect()
            streams?.dismiss()
            guard !Task.isCancelled else { return }
            events.send(.crashed(ending.status))
            switch supervision.ended(at: time.now(), reason: ending.reason, permanent: ending.permanent) {
            case .giveUp(let message):
                fail(message)
                return
            case .restart(let attempt, let delay):
                connection.disconnect(until: time.now() + delay, reason: ending.reason)
                change(.backingOff(attempt: attempt, delay: delay, reason: ending.reason))
                do {
                    try await time.sleep(for: delay)
                } catch {
                    return  // Stopped, or restarted by hand.
                }
            }
        }
    }

    private struct Ending {
        var status: ExitStatus?
        var reason: String
        var permanent = false
    }

    /// One life of Bun, from its start to its end.
    private func runOnce(attempt: Int) async -> Ending {
        let process: BunProcess
        let ready: BunReady
        do {
            let launch = try await launch(lastPort)
            guard !Task.isCancelled else { return Ending(reason: "Stopped") }
            process = try BunProcess(launch, identity: identity, time: time, receiver: receiver) {
                [events, connection, identity] message in
                if case .servicePush = message, !connection.hearsPushes.load(ordering: .relaxed) { return }
                BunSupervisor.pass(message, to: events, identity)
            }
            self.process.withLock { $0 = process }
            streams?.admit(process.pid)
        } catch {
            return Ending(reason: "\(error)", permanent: (error as? BunError)?.isPermanent ?? false)
        }
        do {
            ready = try await process.waitUntilReady()
        } catch {
            return Ending(status: await process.waitForExit(), reason: error.message, permanent: error.isPermanent)
        }
        supervision.becameReady(at: time.now())
        remember(ready.port)
        connection.connect(process)
        change(.running(ready))
        if attempt > 0 { events.send(.restarted(attempt: attempt)) }
        return await watch(process)
    }

    /// Waits for the end of a running Bun and makes it end when it hangs.
    private func watch(_ process: BunProcess) async -> Ending {
        let hang = Mutex<String?>(nil)
        let checks = Task { [options, time, identity] in
            guard let interval = options.healthInterval else { return }
            if let missed = await BunSupervisor.missedChecks(of: process, options.missedHealthChecks, interval, time) {
                let reason = "\(identity.subject) did not answer \(missed) health checks and was killed"
                hang.withLock { $0 = reason }
                process.kill()
            }
        }
        let status = await process.waitForExit()
        checks.cancel()
        await checks.value
        return Ending(status: status, reason: hang.withLock { $0 } ?? "\(identity.subject) \(status)")
    }

    /// Returns once so many checks in a row were not answered; `nil` when it ended by itself.
    private static func missedChecks(
        of process: BunProcess, _ allowed: Int, _ interval: Duration, _ time: any TimeSource
    ) async -> Int? {
        var missed = 0
        while missed < allowed {
            do {
                // One that wasn't answered has taken as long as the wait for the next.
                if missed == 0 { try await time.sleep(for: interval) }
                _ = try await process.health(timeout: interval)
                missed = 0
            } catch let error as WireError where error.code == .timeout {
                missed += 1
            } catch let error as WireError where error.code == .unavailable && process.exitStatus == nil {
                // So much waits for it already that the question did not fit in.
                missed += 1
                do { try await time.sleep(for: interval) } catch { return nil }
            } catch let error as WireError where error.code != .unavailable && error.code != .aborted {
                missed = 0  // An error is an answer too.
            } catch {
                return nil  // It ended, or the check was cancelled.
            }
        }
        return missed
    }

    private func remember(_ newPort: Int) {
        guard newPort > 0 else { return }
        lastPort = newPort
        port?.save(newPort)
    }

    private func fail(_ message: String) {
        loop = nil
        connection.close(message)
        streams?.close(message)
        change(.failed(message))
    }

    private func change(_ new: BunState) {
        state = new
        events.send(.state(new))
    }
}
