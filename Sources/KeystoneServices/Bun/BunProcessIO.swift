internal import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// The reading half of `BunProcess`: cuts the outputs into lines, settles answers, and keeps what a report needs.
final class BunProcessIO: Sendable {
    private struct State {
        var outputLines = NDJSONReader()
        var errorLines = NDJSONReader(limit: 64 << 10)
        var ready: Result<BunReady, BunError>?
        var waiters: [CheckedContinuation<Result<BunReady, BunError>, Never>] = []
        var errorTail: [String] = []
    }

    private static let keptErrorLines = 20

    let logger: Logger
    private let answers: PendingAnswers<JSONValue>
    private let onMessage: @Sendable (BunToHost) -> Void
    private let state = Mutex(State())

    init(answers: PendingAnswers<JSONValue>, logger: Logger, onMessage: @escaping @Sendable (BunToHost) -> Void) {
        self.answers = answers
        self.logger = logger
        self.onMessage = onMessage
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

    func output(_ bytes: ArraySlice<UInt8>) {
        var items: [NDJSONReader.Item] = []
        state.withLock { $0.outputLines.append(bytes) { items.append($0) } }
        for item in items { take(item) }
    }

    func errorOutput(_ bytes: ArraySlice<UInt8>) {
        var items: [NDJSONReader.Item] = []
        state.withLock { $0.errorLines.append(bytes) { items.append($0) } }
        for item in items { takeError(item) }
    }

    func exited(_ status: ExitStatus) {
        var rest: [NDJSONReader.Item] = []
        var errorRest: [NDJSONReader.Item] = []
        state.withLock { state in
            state.outputLines.finish { rest.append($0) }
            state.errorLines.finish { errorRest.append($0) }
        }
        for item in rest { take(item) }
        for item in errorRest { takeError(item) }
        fail(BunError(.notReady, "Bun \(status) before it was ready"))
        answers.settleAll(.failure(WireError(.unavailable, "Bun \(status) before it answered")))
    }

    private func take(_ item: NDJSONReader.Item) {
        switch item {
        case .tooLong(let limit): logger.error("Bun wrote a line of more than \(limit) bytes; it was dropped")
        case .line(let bytes):
            switch BunLine(bytes) {
            case .output(let text): logger.info(text)
            case .malformed(_, let reason): logger.error("A message of Bun was dropped: \(reason)")
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
        case .log(let level, let text, let source): logger.from(source).log(level, text)
        case .unknown(let type): logger.warning("A message of the unknown type \"\(type)\" was dropped")
        case .ready(let ready): takeReady(ready)
        case .fatal(let text):
            decide(.failure(BunError(.fatal, text)))
            onMessage(message)
        default: onMessage(message)
        }
    }

    private func settle(_ id: Int64, _ result: Result<JSONValue, WireError>) {
        if !answers.settle(id, result) { logger.debug("An answer to question \(id), which nobody asks any more") }
    }

    private func takeReady(_ ready: BunReady) {
        guard ready.protocolVersion == protocolVersion else {
            let message =
                "The Bun runtime speaks version \(ready.protocolVersion) of the protocol, this host version "
                + "\(protocolVersion): their installations do not belong together. Install Keystone again."
            return decide(.failure(BunError(.wrongProtocol, message)))
        }
        decide(.success(ready))
    }

    private func takeError(_ item: NDJSONReader.Item) {
        guard case .line(let bytes) = item else {
            return logger.warning("Bun wrote a very long line to standard error; it was dropped")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        logger.warning(text)
        state.withLock { state in
            state.errorTail.append(String(text.prefix(500)))
            if state.errorTail.count > BunProcessIO.keptErrorLines { state.errorTail.removeFirst() }
        }
    }
}
