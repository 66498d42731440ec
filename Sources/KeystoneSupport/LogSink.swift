internal import Glibc
import Synchronization

/// Where log lines go: standard error, and a file when one is opened.
public final class LogSink: Sendable {
    public static let shared = LogSink()

    private struct State {
        var minimumLevel = LogLevel.info
    }

    private let state = Mutex(State())

    private init() {}

    /// Lines below this level are dropped. `info` at start.
    public var minimumLevel: LogLevel {
        get { state.withLock { $0.minimumLevel } }
        set { state.withLock { $0.minimumLevel = newValue } }
    }

    func write(level: LogLevel, source: String, message: String) {
        let line = LogLine.format(level: level, source: source, message: message)
        state.withLock { _ in
            _ = Array(line.utf8).withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        }
    }
}
