internal import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// The reading half of `BunProcess`: cuts the outputs into lines, settles answers, and keeps what a report needs.
final class BunProcessIO: Sendable {
    private struct State {
        var messageLines = NDJSONReader()
        var textLines = NDJSONReader(limit: 64 << 10)
        var errorLines = NDJSONReader(limit: 64 << 10)
        var ready: Result<BunReady, BunError>?
        var waiters: [CheckedContinuation<Result<BunReady, BunError>, Never>] = []
        var errorTail: [String] = []
        var throttle: LogThrottle?
    }

    private static let keptErrorLines = 20

    private let identity: BunIdentity
    private let answers: PendingAnswers<JSONValue>
    private let receiver: (any BunReceiver)?
    private let onMessage: @Sendable (BunToHost) -> Void
    private let state: Mutex<State>

    private var logger: Logger { identity.logger }
    private var subject: String { identity.subject }

    init(
        answers: PendingAnswers<JSONValue>, identity: BunIdentity, time: any TimeSource,
        receiver: (any BunReceiver)?, onMessage: @escaping @Sendable (BunToHost) -> Void
    ) {
        self.answers = answers
        self.identity = identity
        self.receiver = receiver
        self.onMessage = onMessage
        state = Mutex(State(throttle: identity.limitsLog ? LogThrottle(time: time) : nil))
    }

    var errorTail: [String] { state.withLock { $0.errorTail } }

    func waitUntilReady() async -> Result<BunReady, BunError> {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if state.ready == nil { state.waiters.append(continuation) }
                return state.ready
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Ends the start with an error, unless it is decided already.
    func fail(_ error: BunError) {
        let tail = errorTail.isEmpty ? "" : "\n  " + errorTail.joined(separator: "\n  ")
        decide(.failure(BunError(error.code, error.message + tail)))
    }

    private func decide(_ result: Result<BunReady, BunError>) {
        let waiters = state.withLock { state in
            guard state.ready == nil else { return [CheckedContinuation<Result<BunReady, BunError>, Never>]() }
            state.ready = result
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: result) }
    }

    // MARK: From the child's thread

    /// Messages, and text between them.
    func messages(_ bytes: ArraySlice<UInt8>) {
        var items: [NDJSONReader.Item] = []
        state.withLock { $0.messageLines.append(bytes) { items.append($0) } }
        for item in items { take(item) }
    }

    /// Text alone, whatever it looks like.
    func text(_ bytes: ArraySlice<UInt8>) {
        var items: [NDJSONReader.Item] = []
        state.withLock { $0.textLines.append(bytes) { items.append($0) } }
        for item in items { takeText(item) }
    }

    func errorOutput(_ bytes: ArraySlice<UInt8>) {
        var items: [NDJSONReader.Item] = []
        state.withLock { $0.errorLines.append(bytes) { items.append($0) } }
        for item in items { takeError(item) }
    }

    func exited(_ status: ExitStatus) {
        var rest: [NDJSONReader.Item] = []
        var textRest: [NDJSONReader.Item] = []
        var errorRest: [NDJSONReader.Item] = []
        state.withLock { state in
            state.messageLines.finish { rest.append($0) }
            state.textLines.finish { textRest.append($0) }
            state.errorLines.finish { errorRest.append($0) }
        }
        for item in rest { take(item) }
        for item in textRest { takeText(item) }
        for item in errorRest { takeError(item) }
        fail(BunError(.notReady, "\(subject) \(status) before it was ready"))
        answers.settleAll(.failure(WireError(.unavailable, "\(subject) \(status) before it answered")))
        receiver?.ended()
    }

    private func take(_ item: NDJSONReader.Item) {
        switch item {
        case .tooLong(let limit): log(.error, "A line of more than \(limit) bytes was dropped")
        case .line(let bytes):
            switch BunLine(bytes) {
            case .output(let text): log(.info, text)
            case .malformed(_, let reason): log(.error, "A message of the process was dropped: \(reason)")
            case .message(let message): take(message)
            }
        }
    }

    private func take(_ message: BunToHost) {
        switch message {
        case .result(.number(let id), let value): settle(id, .success(value))
        case .error(.number(let id), let error): settle(id, .failure(error))
        case .result(.string(let id), _), .error(.string(let id), _):
            logger.debug("An answer to the unknown question \(id)")
        case .log(let level, let text, let source): log(level, text, to: identity.logger(for: source))
        case .unknown(let type): log(.warning, "A message of the unknown type \"\(type.prefix(80))\" was dropped")
        case .ready(let ready): takeReady(ready)
        case .fatal(let text):
            decide(.failure(BunError(.fatal, text)))
            onMessage(message)
        default:
            if receiver?.take(message) != true { onMessage(message) }
        }
    }

    private func log(_ level: LogLevel, _ text: String, to other: Logger? = nil) {
        let logger = other ?? logger
        let isThrottled = state.withLock { state in
            state.throttle?.log(level, text, to: logger)
            return state.throttle != nil
        }
        if !isThrottled { logger.log(level, text) }
    }

    private func settle(_ id: Int64, _ result: Result<JSONValue, WireError>) {
        if !answers.settle(id, result) { logger.debug("An answer to question \(id), which nobody asks any more") }
    }

    private func takeReady(_ ready: BunReady) {
        guard ready.protocolVersion == protocolVersion else {
            let message =
                "The runtime of \(identity.sentencePart) speaks version \(ready.protocolVersion) of the protocol, this host version "
                + "\(protocolVersion): their installations do not belong together. Install Keystone again."
            return decide(.failure(BunError(.wrongProtocol, message)))
        }
        decide(.success(ready))
    }

    private func takeText(_ item: NDJSONReader.Item) {
        switch item {
        case .tooLong: log(.warning, "A very long line on standard output was dropped")
        case .line(let bytes): log(.info, String(decoding: bytes, as: UTF8.self))
        }
    }

    private func takeError(_ item: NDJSONReader.Item) {
        guard case .line(let bytes) = item else {
            return log(.warning, "A very long line on standard error was dropped")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        log(.warning, text)
        state.withLock { state in
            state.errorTail.append(String(text.prefix(500)))
            if state.errorTail.count > BunProcessIO.keptErrorLines { state.errorTail.removeFirst() }
        }
    }
}
