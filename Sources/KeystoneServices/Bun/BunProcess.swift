package import KeystoneProtocol
package import KeystoneSupport

/// How to start Bun.
package struct BunLaunch: Sendable {
    /// Bun itself, or the app's compiled executable.
    package var executable: String
    /// For example the path of `host.ts`.
    package var arguments: [String]
    package var directory: String
    package var environment: [String: String]
    /// From the start to `ready`.
    package var readyTimeout: Duration
    /// Bytes that may wait for a Bun that does not read.
    package var maximumQueuedBytes: Int
    /// Messages come on a descriptor of their own, and whatever stands on standard output is text for the log: what Bun
    /// starts, and app code that writes there past the runtime, can't speak in its name.
    package var separatesMessages = false
    /// It runs in a sandbox, and is killed when it uses more than this.
    package var limits: ProcessLimits?

    package init(
        executable: String, arguments: [String], directory: String, environment: [String: String],
        readyTimeout: Duration = .seconds(30), maximumQueuedBytes: Int = 256 << 20
    ) {
        self.executable = executable
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
        self.readyTimeout = readyTimeout
        self.maximumQueuedBytes = maximumQueuedBytes
    }
}

extension BunLaunch {
    fileprivate var child: ChildConfiguration {
        var child = ChildConfiguration(
            executable: executable, arguments: arguments, environment: environment, directory: directory,
            maximumQueuedBytes: maximumQueuedBytes)
        if separatesMessages {
            child.hasMessageOutput = true
            child.environment["KEYSTONE_PROTOCOL_FD"] = "3"
        }
        return child
    }

    /// The arguments for one of the engine's scripts. `Bun.fetch` can't be replaced at run time, so code that names it gets
    /// the `fetch` that the network policy guards.
    package static func arguments(script: String) -> [String] {
        ["--define", "Bun.fetch:globalThis.fetch", script]
    }
}

/// One run of Bun, from its start to its end. Usable from any thread; nothing blocks.
///
/// Everything that it prints goes to the log: messages of `log` under their own source, anything else under the
/// process's.
package final class BunProcess: Sendable {
    private let child: ChildProcess
    private let input: BunInput
    private let identity: BunIdentity
    private let io: BunProcessIO
    private let answers: PendingAnswers<JSONValue>
    private let time: any TimeSource
    private let launch: BunLaunch

    /// Starts Bun. `onMessage` hears everything but answers, log lines and what the receiver dealt with, in order, on the
    /// process's own thread. Throws `BunError` when it can't be started.
    package init(
        _ launch: BunLaunch, identity: BunIdentity = .main, time: any TimeSource = SystemTime(),
        receiver: (BunInput) -> (any BunReceiver)? = { _ in nil }, onMessage: @escaping @Sendable (BunToHost) -> Void
    ) throws(BunError) {
        let answers = PendingAnswers<JSONValue>(time: time)
        let input = BunInput(subject: identity.subject)
        let receiver = receiver(input)
        let io = BunProcessIO(
            answers: answers, identity: identity, time: time, receiver: receiver, onMessage: onMessage)
        let separates = launch.separatesMessages
        let handlers = ChildHandlers(
            output: { separates ? io.text($0) : io.messages($0) },
            errorOutput: { io.errorOutput($0) }, messages: { io.messages($0) }, exited: { io.exited($0) })
        let configuration = launch.child
        do throws(SystemError) {
            child = try input.open { () throws(SystemError) in try ChildProcess(configuration, handlers: handlers) }
        } catch {
            throw BunError(.notStarted, "\(identity.subject) could not be started: \(error)")
        }
        self.input = input
        self.identity = identity
        self.io = io
        self.answers = answers
        self.time = time
        self.launch = launch
        if let limits = launch.limits { watch(limits) }
        receiver?.started()
    }

    /// The sandbox is two processes: one outside of it, which is the child, and the first one inside.
    private func watch(_ limits: ProcessLimits) {
        let watch = Task.detached { [child, time, identity] in
            guard let excess = await ProcessWatch.excess(of: child.pid, limits: limits, launchers: 2, time: time) else {
                return
            }
            identity.logger.error("It \(excess), and was killed")
            child.signalGroup(9)
        }
        Task.detached { [child] in
            _ = await child.waitForExit()
            watch.cancel()
        }
    }

    package var pid: Int32 { child.pid }
    /// `nil` while it runs.
    package var exitStatus: ExitStatus? { child.exitStatus }
    /// Nothing reaches it any more.
    package var hasEnded: Bool { child.hasEnded }
    package func waitForExit() async -> ExitStatus { await child.waitForExit() }

    /// Returns Bun's first message. When it does not come in time, Bun is killed.
    package func waitUntilReady() async throws(BunError) -> BunReady {
        let limit = launch.readyTimeout
        let timer = Task { [io, time, identity] in
            do {
                try await time.sleep(for: limit)
            } catch {
                return  // It was ready in time.
            }
            io.fail(BunError(.notReady, "\(identity.subject) was not ready within \(limit)"))
        }
        let result = await io.waitUntilReady()
        timer.cancel()
        switch result {
        case .success(let ready): return ready
        case .failure(let error):
            child.signalGroup(9)
            throw error
        }
    }

    // MARK: Questions

    /// Asks a service. Throws `WireError`.
    package func query(_ service: String, args: JSONValue? = nil, timeout: Duration? = .seconds(10)) async throws
        -> JSONValue
    {
        try await ask("The service \"\(service)\"", timeout) { .query(id: $0, service: service, args: args) }
    }

    /// Asks a `.handle()` handler. Throws `WireError`.
    package func invoke(_ channel: String, args: JSONValue? = nil, timeout: Duration? = .seconds(15)) async throws
        -> JSONValue
    {
        try await ask("The handler \"\(channel)\"", timeout) { .invoke(id: $0, channel: channel, args: args) }
    }

    /// Evaluates code, where the app allows it. Throws `WireError`.
    package func eval(_ code: String, timeout: Duration? = .seconds(15)) async throws -> JSONValue {
        try await ask("The evaluation", timeout) { .eval(id: $0, code: code) }
    }

    /// Pings Bun and asks how its services are. Throws `WireError`.
    package func health(timeout: Duration? = .seconds(10)) async throws -> JSONValue {
        try await ask(identity.subject, timeout) { .health(id: $0) }
    }

    private func ask(
        _ whom: String, _ timeout: Duration?, _ message: (MessageID) -> HostToBun
    ) async throws -> JSONValue {
        try await answers.wait(timeout: timeout, what: { whom }) { id in
            do throws(WireError) {
                try send(message(.number(id)))
            } catch {
                answers.settle(id, .failure(error))
            }
        }
    }

    /// Puts the question of another process, and tells this one when the answer is no longer wanted.
    package func put(_ question: RelayedQuestion, timeout: Duration?) {
        let subject = "The service \"\(question.service)\" of \(identity.sentencePart)"
        answers.put(timeout: timeout, what: { subject }, completion: { question.settle($0) }) { id in
            question.placed { [weak self] in self?.withdraw(id) }
            do throws(WireError) {
                try send(
                    .relayQuery(
                        id: .number(id), service: question.service, args: question.args, from: question.asker))
            } catch {
                answers.settle(id, .failure(error))
            }
        }
    }

    private func withdraw(_ id: Int64) {
        answers.settle(id, .failure(WireError(.aborted, "The asker no longer waits")))
        do throws(WireError) {
            try send(.relayCancel(id: .number(id)))
        } catch {
            identity.logger.debug("Not told that question \(id) is over: \(error)")
        }
    }

    // MARK: Messages

    /// Sends one message. Throws `TOO_LARGE`, or `UNAVAILABLE` when Bun is gone or does not read.
    package func send(_ message: HostToBun) throws(WireError) { try input.send(message) }

    // MARK: End

    /// Asks Bun to stop its services and exit, and makes it end when it does not within the grace period.
    @discardableResult
    package func shutdown(grace: Duration = .seconds(5), killGrace: Duration = .seconds(2)) async -> ExitStatus {
        do throws(WireError) {
            try send(.shutdown)
        } catch {
            identity.logger.debug("No orderly shutdown: \(error)")
        }
        child.closeInput()
        let ender = Task.detached { [child, time] in
            do {
                try await time.sleep(for: grace)
            } catch {
                return  // It ended in time.
            }
            await child.terminate(grace: killGrace, time: SystemTime())
        }
        let status = await child.waitForExit()
        ender.cancel()
        return status
    }

    /// Ends Bun and everything that it started, at once.
    package func kill() { child.signalGroup(9) }

    /// The last lines of standard error, for reports.
    package var lastErrorLines: [String] { io.errorTail }
}
