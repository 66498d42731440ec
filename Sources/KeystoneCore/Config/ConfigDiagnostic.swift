public import KeystoneSupport

/// Something that is wrong with a configuration file.
public struct ConfigDiagnostic: Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable {
        /// The app must not start.
        case error
        case warning
    }

    public var severity: Severity
    /// The file's path as it was opened.
    public var file: String
    /// `nil` where the whole file is meant.
    public var position: SourcePosition?
    /// The key's path, for example `windows[0].width`; empty for the file itself.
    public var key: String
    /// What is wrong and what is allowed.
    public var message: String

    public init(_ severity: Severity, file: String, position: SourcePosition? = nil, key: String = "", message: String)
    {
        self.severity = severity
        self.file = file
        self.position = position
        self.key = key
        self.message = message
    }

    /// For example `keystone.json:3:12: error: windows[0].width: found "abc" (string), expected a number greater than 0`.
    public var description: String {
        let place = position.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(file)\(place): \(severity.rawValue): \(key.isEmpty ? "" : "\(key): ")\(message)"
    }
}
