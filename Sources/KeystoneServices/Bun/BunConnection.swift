package import KeystoneProtocol
package import KeystoneSupport
package import Synchronization

/// The way to whichever Bun runs now. Survives restarts: retained pushes are sent again to each new Bun, and a question
/// that comes while Bun starts waits for it. Usable from any thread; calls keep their order.
package final class BunConnection: Sendable {
    private enum Target {
        /// Not running yet; questions wait, unless it is not going to be tried again before they time out.
        case waiting(until: Duration?, reason: String)
        case process(BunProcess)
        /// Not coming back by itself.
        case unavailable(String)
    }

    private struct State {
        var target: Target
        var retained: [String: JSONValue] = [:]
        /// In the order of first use.
        var channels: [String] = []
        var held = HeldMessages()
        /// Messages since the last one that could be sent.
        var lost = 0
    }

    /// Whether the host hears what services push. Pages have it from Bun; at thousands a second, waking the main thread
    /// for each costs more than everything else that the host does.
    package let hearsPushes = Atomic(false)

    private let state: Mutex<State>
    /// Who waits for the target to change, to look again.
    private let changes: PendingAnswers<Void>
    private let time: any TimeSource
    private let identity: BunIdentity

    init(identity: BunIdentity, time: any TimeSource) {
        state = Mutex(State(target: .waiting(until: nil, reason: "")))
        changes = PendingAnswers(time: time)
        self.time = time
        self.identity = identity
    }

    // MARK: Questions

    /// Asks a service. The time-out includes the wait for a Bun that starts. Throws `WireError`.
    package func query(_ service: String, args: JSONValue? = nil, timeout: Duration? = .seconds(10)) async throws
        -> JSONValue
    {
        try await ask(timeout) { try await $0.query(service, args: args, timeout: $1) }
    }

    /// Asks a `.handle()` handler. Throws `WireError`.
    package func invoke(_ channel: String, args: JSONValue? = nil, timeout: Duration? = .seconds(15)) async throws
        -> JSONValue
    {
        try await ask(timeout) { try await $0.invoke(channel, args: args, timeout: $1) }
    }

    /// Evaluates code, where the app allows it. Throws `WireError`.
    package func eval(_ code: String, timeout: Duration? = .seconds(15)) async throws -> JSONValue {
        try await ask(timeout) { try await $0.eval(code, timeout: $1) }
    }

    /// Asks how Bun and its services are. Throws `WireError`.
    package func health(timeout: Duration? = .seconds(10)) async throws -> JSONValue {
        try await ask(timeout) { try await $0.health(timeout: $1) }
    }

    private func ask(
        _ timeout: Duration?, _ question: (BunProcess, Duration?) async throws -> JSONValue
    ) async throws -> JSONValue {
        let since = time.now()
        while true {
            let left = remaining(of: timeout, since: since)
            if let running = try current(left) { return try await question(running, left) }
            try await changes.wait(timeout: left, what: waitingFor) { settleIfDecided($0) }
        }
    }

    /// Puts the question of another process. Its outcome is told by the question itself.
    package func put(_ question: RelayedQuestion) {
        put(question, since: time.now())
    }

    private func put(_ question: RelayedQuestion, since: Duration) {
        let left = remaining(of: question.timeout, since: since)
        do throws(WireError) {
            if let running = try current(left) { return running.put(question, timeout: left) }
        } catch {
            return question.settle(.failure(error))
        }
        let changed: PendingAnswers<Void>.Completion = { [self] result in
            switch result {
            case .success: put(question, since: since)
            case .failure(let error): question.settle(.failure(error))
            }
        }
        changes.put(timeout: left, what: waitingFor, completion: changed) { [changes] id in
            question.placed { changes.settle(id, .failure(WireError(.aborted, "The asker no longer waits"))) }
            settleIfDecided(id)
        }
    }

    /// The target may have changed between two looks.
    private func settleIfDecided(_ id: Int64) {
        do throws(WireError) {
            if try current(nil) != nil { changes.settle(id, .success(())) }
        } catch {
            changes.settle(id, .success(()))
        }
    }

    private func remaining(of timeout: Duration?, since: Duration) -> Duration? {
        timeout.map { max(.zero, $0 - (time.now() - since)) }
    }

    @Sendable private func waitingFor() -> String { "\(identity.subject), which is starting," }

    /// The process, or `nil` where waiting for it may help.
    private func current(_ timeout: Duration?) throws(WireError) -> BunProcess? {
        let target = state.withLock { $0.target }
        switch target {
        case .waiting(let until, let reason):
            guard let until, let timeout else { return nil }
            let wait = until - time.now()
            guard wait <= timeout else {
                throw WireError(.unavailable, "\(reason); it starts again in \(wait.wholeMilliseconds / 1000) s")
            }
            return nil
        // Its supervisor is about to tell what follows.
        case .process(let process): return process.hasEnded ? nil : process
        case .unavailable(let reason): throw WireError(.unavailable, reason)
        }
    }

    // MARK: Messages

    /// Sends to every page that subscribed.
    ///
    /// - Parameter retain: `true` makes it the channel's state, which also reaches a Bun that starts later; `null` ends
    ///   that. `false` is an event. `nil` leaves it to Bun, which remembers the last value while there is room. What is no
    ///   state is lost while no Bun runs.
    package func push(_ channel: String, _ data: JSONValue, retain: Bool? = nil) {
        state.withLock { state in
            if retain == true { keep(channel, data, in: &state) }
            send(.push(channel: channel, data: data, retain: retain), in: &state)
        }
    }

    private func keep(_ channel: String, _ data: JSONValue, in state: inout State) {
        if data == .null {
            if state.retained.removeValue(forKey: channel) != nil { state.channels.removeAll { $0 == channel } }
        } else if state.retained.updateValue(data, forKey: channel) == nil {
            state.channels.append(channel)
        }
    }

    /// Ends the states of all channels that begin so, here and in Bun.
    package func forgetStates(prefix: String) {
        state.withLock { state in
            for channel in state.channels where channel.hasPrefix(prefix) {
                state.retained[channel] = nil
                send(.push(channel: channel, data: .null, retain: true), in: &state)
            }
            state.channels.removeAll { $0.hasPrefix(prefix) }
        }
    }

    /// Delivers an action to every `onAction`; lost while no Bun runs.
    package func action(_ action: String, source: ActionSource) {
        state.withLock { send(.action(action, source: source), in: &$0) }
    }

    /// Sends any other message; lost while no Bun runs.
    package func send(_ message: HostToBun) {
        state.withLock { send(message, in: &$0) }
    }

    /// Sends a message that waits for a Bun that starts. Throws `UNAVAILABLE` where none is going to, or too much waits.
    package func post(_ message: HostToBun) throws(WireError) {
        try state.withLock { state throws(WireError) in
            switch state.target {
            case .process(let process) where !process.hasEnded: try process.send(message)
            case .process, .waiting: try state.held.append(message, for: identity)
            case .unavailable(let reason): throw WireError(.unavailable, reason)
            }
        }
    }

    private func send(_ message: HostToBun, in state: inout State) {
        guard case .process(let process) = state.target else { return }
        do {
            try process.send(message)
            if state.lost > 1 {
                identity.logger.warning("\(state.lost) messages to \(identity.sentencePart) were lost")
            }
            state.lost = 0
        } catch {
            // Whoever pushes a thousand times a second is not to fill the log.
            if state.lost == 0 { identity.logger.warning("A message to \(identity.sentencePart) was lost: \(error)") }
            state.lost += 1
        }
    }

    // MARK: From the supervisor

    func connect(_ process: BunProcess) {
        state.withLock { state in
            state.target = .process(process)
            state.lost = 0
            for channel in state.channels {
                guard let data = state.retained[channel] else { continue }
                send(.push(channel: channel, data: data, retain: true), in: &state)
            }
            for message in state.held.takeAll() { send(message, in: &state) }
        }
        changes.settleAll(.success(()))
    }

    /// - Parameter until: When it starts again, at the earliest; `nil`: it starts now.
    func disconnect(until: Duration? = nil, reason: String = "") {
        state.withLock { $0.target = .waiting(until: until, reason: reason) }
        if until != nil { changes.settleAll(.success(())) }
    }

    func close(_ reason: String) {
        state.withLock { state in
            state.target = .unavailable(reason)
            let lost = state.held.takeAll().count
            if lost > 0 { identity.logger.warning("\(lost) messages to \(identity.sentencePart) were lost: \(reason)") }
        }
        changes.settleAll(.success(()))
    }
}
