package import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// The way into one Bun process: its standard input. Usable from any thread; nothing blocks.
package final class BunInput: Sendable {
    private let child = Mutex<ChildProcess?>(nil)
    private let subject: String

    init(subject: String) {
        self.subject = subject
    }

    /// Starts the process whose input this is. A child that speaks before its starter has it waits here for that.
    func open(_ start: () throws(SystemError) -> ChildProcess) throws(SystemError) -> ChildProcess {
        try child.withLock { child throws(SystemError) in
            let started = try start()
            child = started
            return started
        }
    }

    /// Sends one message. Throws `TOO_LARGE`, or `UNAVAILABLE` when the process is gone or does not read.
    package func send(_ message: HostToBun) throws(WireError) {
        let line = message.line
        guard line.count <= NDJSONReader.defaultLimit else {
            throw WireError(
                .tooLarge, "A message of \(line.count) bytes; \(subject) takes \(NDJSONReader.defaultLimit) at most")
        }
        guard let child = child.withLock({ $0 }) else {
            throw WireError(.unavailable, "\(subject) is not running")
        }
        switch child.write(line) {
        case .accepted: return
        case .closed: throw WireError(.unavailable, "\(subject) is not running")
        case .full:
            throw WireError(.unavailable, "\(subject) does not read its input: \(child.queuedBytes) bytes are waiting")
        }
    }
}
