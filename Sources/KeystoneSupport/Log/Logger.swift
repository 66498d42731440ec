/// How much a log line matters. Ordered: `debug` < `info` < `warning` < `error`.
public enum LogLevel: String, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    public static func < (a: LogLevel, b: LogLevel) -> Bool {
        a.rank < b.rank
    }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

/// Writes log lines, one line an event, under one source name.
///
/// A line is `TIME LEVEL [source] message`; line breaks within a message are escaped, so that a line is always one
/// event. All loggers share the process's sink (`LogSink.shared`). Usable from any thread.
public struct Logger: Sendable {
    /// Who speaks: `host`, `bun`, `page:1`, `plugin:NAME`.
    public let source: String
    private let sink: LogSink

    public init(_ source: String) {
        self.init(source, sink: .shared)
    }

    /// Writes to another sink than the process's, for tests.
    package init(_ source: String, sink: LogSink) {
        self.source = source
        self.sink = sink
    }

    /// A logger of another source that writes to the same place.
    package func from(_ source: String) -> Logger { Logger(source, sink: sink) }

    public func debug(_ message: @autoclosure () -> String) { log(.debug, message()) }
    public func info(_ message: @autoclosure () -> String) { log(.info, message()) }
    public func warning(_ message: @autoclosure () -> String) { log(.warning, message()) }
    public func error(_ message: @autoclosure () -> String) { log(.error, message()) }

    public func log(_ level: LogLevel, _ message: @autoclosure () -> String) {
        guard level >= sink.minimumLevel else { return }
        sink.write(level: level, source: source, message: message())
    }
}
