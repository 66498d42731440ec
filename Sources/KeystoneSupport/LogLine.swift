/// The text form of one log event.
enum LogLine {
    static func format(level: LogLevel, source: String, message: String) -> String {
        "\(level.rawValue) [\(source)] \(message)\n"
    }
}
