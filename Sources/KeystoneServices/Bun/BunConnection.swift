package import KeystoneProtocol
package import KeystoneSupport
internal import Synchronization

/// The way to whichever Bun runs now. Survives restarts: retained pushes are sent again to each new Bun, and a question
/// that comes while Bun starts waits for it. Usable from any thread; calls keep their order.
package final class BunConnection: Sendable {
    private enum Target {
        /// Not running yet; questions wait.
        case waiting
        case process(BunProcess)
        /// Not coming back by itself.
        case unavailable(String)
    }

    private struct State {
        var target = Target.waiting
        var retained: [String: JSONValue] = [:]
        /// In the order of first use.
        var channels: [String] = []
        /// Messages since the last one that could be sent.
        var lost = 0
    }

    private let state = Mutex(State())
    private let arrivals: PendingAnswers<BunProcess>
    private let logger: Logger

    init(time: any TimeSource, logger: Logger) {
        arrivals = PendingAnswers(time: time)
        self.logger = logger
    }

    // MARK: Questions

    /// Asks a service. The time-out includes the wait for a Bun that starts. Throws `WireError`.
    package func query(_ service: String, args: JSONValue? = nil, timeout: Duration? = .seconds(10)) async throws
        -> JSONValue
    {
        try await process(timeout).query(service, args: args, timeout: timeout)
    }

    /// Asks a `.handle()` handler. Throws `WireError`.
    package func invoke(_ channel: String, args: JSONValue? = nil, timeout: Duration? = .seconds(15)) async throws
        -> JSONValue
    {
        try await process(timeout).invoke(channel, args: args, timeout: timeout)
    }

    /// Evaluates code, where the app allows it. Throws `WireError`.
    package func eval(_ code: String, timeout: Duration? = .seconds(15)) async throws -> JSONValue {
        try await process(timeout).eval(code, timeout: timeout)
    }

    /// Asks how Bun and its services are. Throws `WireError`.
    package func health(timeout: Duration? = .seconds(10)) async throws -> JSONValue {
        try await process(timeout).health(timeout: timeout)
    }

    private func process(_ timeout: Duration?) async throws -> BunProcess {
        if let running = try current() { return running }
        return try await arrivals.wait(timeout: timeout, what: { "Bun, which is starting," }) { id in
            // It may have come between the two looks.
            do {
                if let running = try current() { arrivals.settle(id, .success(running)) }
            } catch {
                arrivals.settle(id, .failure(WireError(.unavailable, "\(error)")))
            }
        }
    }

    private func current() throws(WireError) -> BunProcess? {
        let target = state.withLock { $0.target }
        switch target {
        case .waiting: return nil
        case .process(let process): return process
        case .unavailable(let reason): throw WireError(.unavailable, reason)
        }
    }

    // MARK: Messages

    /// Sends to every page that subscribed. What is retained also reaches a Bun that starts later; anything else is lost
    /// while none runs.
    package func push(_ channel: String, _ data: JSONValue, retain: Bool = false) {
        state.withLock { state in
            if retain {
                if state.retained.updateValue(data, forKey: channel) == nil { state.channels.append(channel) }
            }
            send(.push(channel: channel, data: data, retain: retain), in: &state)
        }
    }

    /// Delivers an action to every `onAction`; lost while no Bun runs.
    package func action(_ action: String, source: ActionSource) {
        state.withLock { send(.action(action, source: source), in: &$0) }
    }

    /// Sends any other message.
    package func send(_ message: HostToBun) {
        state.withLock { send(message, in: &$0) }
    }

    private func send(_ message: HostToBun, in state: inout State) {
        guard case .process(let process) = state.target else { return }
        do {
            try process.send(message)
            if state.lost > 1 { logger.warning("\(state.lost) messages to Bun were lost") }
            state.lost = 0
        } catch {
            // Whoever pushes a thousand times a second is not to fill the log.
            if state.lost == 0 { logger.warning("A message to Bun was lost: \(error)") }
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
        }
        arrivals.settleAll(.success(process))
    }

    func disconnect() {
        state.withLock { $0.target = .waiting }
    }

    func close(_ reason: String) {
        state.withLock { $0.target = .unavailable(reason) }
        arrivals.settleAll(.failure(WireError(.unavailable, reason)))
    }
}
