internal import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// What one run of a process sends to others and asks of them. Its questions end with it.
final class RelaySession: BunReceiver {
    /// Questions of one process that may be open at once.
    static let maximumOpenQuestions = 100_000

    private let name: String
    private let relay: Relay
    private let input: BunInput
    private let logger: Logger
    private let onStart: @Sendable (BunInput) -> Void
    private let onEnd: @Sendable (BunInput) -> Void
    private let open = Mutex<[MessageID: RelayedQuestion]>([:])
    private let throttle: Mutex<LogThrottle>

    /// - Parameters:
    ///   - onStart: Called once the process can be written to.
    ///   - onEnd: Called when it has ended.
    init(
        name: String, relay: Relay, input: BunInput, logger: Logger, time: any TimeSource = SystemTime(),
        onStart: @escaping @Sendable (BunInput) -> Void, onEnd: @escaping @Sendable (BunInput) -> Void
    ) {
        self.name = name
        self.relay = relay
        self.input = input
        self.logger = logger
        self.onStart = onStart
        self.onEnd = onEnd
        throttle = Mutex(LogThrottle(time: time))
    }

    func started() { onStart(input) }

    func take(_ message: BunToHost) -> Bool {
        switch message {
        case .relay(let target, let channel, let data):
            send(to: target, channel, data)
        case .relayQuery(let id, let target, let service, let args, let timeout):
            ask(id, target, service, args, timeout)
        case .relayCancel(let id):
            open.withLock { $0.removeValue(forKey: id) }?.withdraw()
        default:
            return false
        }
        return true
    }

    func ended() {
        onEnd(input)
        let questions = open.withLock { open in
            defer { open = [:] }
            return Array(open.values)
        }
        for question in questions { question.withdraw() }
    }

    private func send(to target: String, _ channel: String, _ data: JSONValue) {
        do throws(WireError) {
            try relay.route(from: name, to: target, channel: channel, data: data)
        } catch {
            warn("A message on \"\(channel.prefix(200))\" was lost: \(error.message)")
        }
    }

    private func ask(_ id: MessageID, _ target: String, _ service: String, _ args: JSONValue?, _ timeout: Double?) {
        let question = RelayedQuestion(
            service: service, args: args, asker: name, timeout: Self.duration(timeout ?? 10_000)
        ) { [weak self] result in self?.answer(id, result) }
        let refusal: WireError? = open.withLock { open in
            guard open[id] == nil else { return WireError(.badRequest, "This id is in use by an open question") }
            guard open.count < Self.maximumOpenQuestions else {
                return WireError(.unavailable, "\(open.count) questions to other processes are open; no more are taken")
            }
            open[id] = question
            return nil
        }
        if let refusal {
            tell(.relayError(id: id, refusal))
        } else {
            relay.ask(question, of: target)
        }
    }

    private func answer(_ id: MessageID, _ result: Result<JSONValue, WireError>) {
        guard open.withLock({ $0.removeValue(forKey: id) }) != nil else { return }
        switch result {
        case .success(let value): tell(.relayResult(id: id, value))
        case .failure(let error): tell(.relayError(id: id, error))
        }
    }

    /// Answers a question without asking anybody.
    func refuse(_ id: MessageID, _ error: WireError) {
        tell(.relayError(id: id, error))
    }

    private func tell(_ message: HostToBun) {
        do throws(WireError) {
            try input.send(message)
        } catch {
            guard error.code == .tooLarge, case .relayResult(let id, _) = message else {
                return logger.debug("An answer was lost: \(error)")
            }
            tell(.relayError(id: id, error))
        }
    }

    func warn(_ message: String) {
        throttle.withLock { $0.log(.warning, message, to: logger) }
    }

    /// Milliseconds of the wire; 0 waits for ever, and so does what is longer than a month.
    private static func duration(_ milliseconds: Double) -> Duration? {
        milliseconds > 0 && milliseconds < 2_592_000_000 ? .milliseconds(milliseconds) : nil
    }
}
