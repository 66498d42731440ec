internal import KeystoneSupport

/// Where a value of the configuration comes from.
public enum ConfigOrigin: Sendable, Hashable, CustomStringConvertible {
    case builtIn
    case file(line: Int)
    /// The app's own code: `KeystoneApp`.
    case builder
    case environment(variable: String)

    public var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let line): "line \(line)"
        case .builder: "KeystoneApp"
        case .environment(let variable): "environment \(variable)"
        }
    }
}

/// Collects what reading one document finds: problems, and where each value was written.
struct ConfigReader {
    let document: JSONDocument
    let file: String
    private(set) var diagnostics: [ConfigDiagnostic] = []
    /// Problems beyond `limit`, which nobody would read.
    private(set) var hidden: (count: Int, severity: ConfigDiagnostic.Severity) = (0, .warning)

    static let limit = 200

    var isFull: Bool { diagnostics.count >= ConfigReader.limit }
    var origins: [String: ConfigOrigin] = [:]

    mutating func report(_ severity: ConfigDiagnostic.Severity, at offset: Int, key: String, _ message: String) {
        guard !isFull else {
            hidden.count += 1
            if severity == .error { hidden.severity = .error }
            return
        }
        diagnostics.append(
            ConfigDiagnostic(
                severity, file: file, position: document.position(of: offset), key: key, message: message))
    }

    /// All problems in the order of the file; the last one tells how many are left out.
    func finished() -> [ConfigDiagnostic] {
        let sorted = diagnostics.enumerated().sorted {
            ($0.element.position?.line ?? 0, $0.element.position?.column ?? 0, $0.offset)
                < ($1.element.position?.line ?? 0, $1.element.position?.column ?? 0, $1.offset)
        }
        guard hidden.count > 0 else { return sorted.map(\.element) }
        let more = ConfigDiagnostic(hidden.severity, file: file, message: "\(hidden.count) more problems are not shown")
        return sorted.map(\.element) + [more]
    }

    /// `found X, expected Y`.
    mutating func mismatch(_ node: JSONDocument.Node, at key: String, expected: String) {
        report(.error, at: node.offset, key: key, "found \(ConfigReader.describe(node)), expected \(expected)")
    }

    mutating func record(_ node: JSONDocument.Node, at key: String) {
        origins[key] = .file(line: document.line(of: node.offset))
    }

    /// A value as an error shows it: short, and with its kind.
    static func describe(_ node: JSONDocument.Node) -> String {
        switch node.content {
        case .array(let elements): return elements.isEmpty ? "an empty array" : "an array"
        case .object: return "an object"
        case .scalar(.null): return "null"
        case .scalar(.bool(let value)): return "\(value) (boolean)"
        case .scalar(.string(let text)):
            return "\(JSONValue.string(shortened(text))) (string)"
        case .scalar(let number): return "\(number) (number)"
        }
    }

    /// At most 60 characters of a text, for messages.
    static func shortened(_ text: String) -> String {
        text.utf8.count > 60 && text.count > 60 ? text.prefix(60) + "…" : text
    }
}
