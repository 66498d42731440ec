internal import Glibc
internal import Synchronization

/// Where log lines go: standard error, and a file when one is opened. Usable from any thread; a line is never torn.
///
/// Trouble with the file (no space, no permission) is reported once on standard error and never stops anything.
public final class LogSink: Sendable {
    /// The process's sink. Its level comes from `KEYSTONE_LOG_LEVEL`, `info` when that is not set.
    public static let shared = LogSink(environment: ProcessEnvironment.current)

    private struct State {
        var minimumLevel: LogLevel
        var file: LogFile?
        var fileFailed = false
    }

    private let state: Mutex<State>
    private let standardError: Int32
    private let style: LogLine.Style

    init(environment: [String: String], standardError: Int32 = STDERR_FILENO) {
        let name = environment["KEYSTONE_LOG_LEVEL"] ?? ""
        let level = LogLevel(rawValue: name.lowercased())
        state = Mutex(State(minimumLevel: level ?? .info))
        self.standardError = standardError
        style = isatty(standardError) == 1 ? .terminal(colored: environment["NO_COLOR"] == nil) : .plain
        if level == nil, !name.isEmpty {
            let allowed = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
            write(level: .warning, source: "host", message: "KEYSTONE_LOG_LEVEL is \"\(name)\"; allowed: \(allowed)")
        }
    }

    /// Lines below this level are dropped.
    public var minimumLevel: LogLevel {
        get { state.withLock { $0.minimumLevel } }
        set { state.withLock { $0.minimumLevel = newValue } }
    }

    /// The path of the open file.
    package var filePath: String? { state.withLock { $0.file?.path } }

    /// Tees all further lines to the file, appending; replaces a file opened before. Missing directories are made, the
    /// file's mode is 0600, and a file of `limit` bytes is rotated (`PATH.1` … `PATH.KEEP`).
    ///
    /// Links and files that belong to someone else are refused. Returns whether the file is open; why not is logged.
    @discardableResult
    package func open(file path: String, limit: Int = 10 * 1024 * 1024, keep: Int = 3) -> Bool {
        do {
            let file = try LogFile(path: path, limit: limit, keep: keep)
            state.withLock { state in
                state.file?.close()
                state.file = file
                state.fileFailed = false
            }
            return true
        } catch {
            let message = "No log file: \(error). Set KEYSTONE_LOG to a path that this user can write to."
            write(level: .warning, source: "host", message: message)
            return false
        }
    }

    /// Lines go to standard error alone again.
    package func closeFile() {
        state.withLock { state in
            state.file?.close()
            state.file = nil
        }
    }

    func write(level: LogLevel, source: String, message: String) {
        let time = LogTime.now()
        let plain = LogLine.format(time: time, level: level, source: source, message: message)
        let shown = LogLine.format(time: time, level: level, source: source, message: message, style: style)
        state.withLock { state in
            writeToStandardError(shown)
            guard state.file != nil else { return }
            do {
                try state.file?.write(plain)
                state.fileFailed = false
            } catch {
                guard !state.fileFailed else { return }
                state.fileFailed = true
                let report = "The log file takes no more lines: \(error)"
                writeToStandardError(LogLine.format(time: time, level: .warning, source: "host", message: report))
            }
        }
    }

    /// Writes the whole line, or gives up on it: nobody may hang because a terminal or a pipe does not drain.
    private func writeToStandardError(_ line: [UInt8]) {
        var rest = line[...]
        while !rest.isEmpty {
            do {
                let count = try systemCall("write") {
                    rest.withUnsafeBytes { Glibc.write(standardError, $0.baseAddress, $0.count) }
                }
                rest = rest.dropFirst(count)
            } catch {
                guard error.code == EAGAIN else { return }
                var waiting = pollfd(fd: standardError, events: Int16(POLLOUT), revents: 0)
                if poll(&waiting, 1, 1000) <= 0 { return }
            }
        }
    }
}
