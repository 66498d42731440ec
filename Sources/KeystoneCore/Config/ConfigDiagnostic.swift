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
        let text = "\(file)\(place): \(severity.rawValue): \(key.isEmpty ? "" : "\(key): ")\(message)"
        return ConfigDiagnostic.printable(text)
    }

    /// Control characters as escapes: a file must not speak to the terminal, nor make one problem look like two.
    private static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || (0x2028...0x202E).contains(scalar.value)
    }
}
