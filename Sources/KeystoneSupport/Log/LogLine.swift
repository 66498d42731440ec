/// The text form of one log event: `TIME LEVEL [source] message`, always exactly one line but for a person at a terminal,
/// who reads a message of several lines better as such: those after the first are indented there.
enum LogLine {
    /// Bytes of a message that are kept.
    static let maximumMessage = 16 * 1024
    static let maximumSource = 64

    enum Style: Sendable {
        case plain
        case terminal(colored: Bool)

        var isColored: Bool { if case .terminal(colored: true) = self { true } else { false } }
        var breaksLines: Bool { if case .terminal = self { true } else { false } }
    }

    static func format(
        time: LogTime, level: LogLevel, source: String, message: String, style: Style = .plain
    ) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(64 + source.utf8.count + min(message.utf8.count, maximumMessage))
        time.append(to: &line)
        line.append(UInt8(ascii: " "))
        if style.isColored { line.append(contentsOf: color(level).utf8) }
        line.append(contentsOf: level.rawValue.utf8)
        if style.isColored { line.append(contentsOf: "\u{1b}[0m".utf8) }
        line.append(contentsOf: " [".utf8)
        LogText.append(source, limit: maximumSource, to: &line)
        line.append(contentsOf: "] ".utf8)
        LogText.append(message, limit: maximumMessage, breaksLines: style.breaksLines, to: &line)
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static func color(_ level: LogLevel) -> String {
        switch level {
        case .debug: "\u{1b}[2m"
        case .info: "\u{1b}[36m"
        case .warning: "\u{1b}[33m"
        case .error: "\u{1b}[31m"
        }
    }
}
