internal import KeystoneSupport

extension LoadedConfig {
    /// Every value and where it comes from, a line each, for people.
    package var table: String {
        let heading = file.map { "# \($0)" } ?? "# no configuration file"
        let rows = values.map { (key: $0.key, text: Self.text($0.value), origin: "\($0.origin)") }
        let keys = rows.map(\.key.count).max() ?? 0
        let texts = min(40, rows.map(\.text.count).max() ?? 0)
        let lines = rows.map { "\(Self.padded($0.key, keys))  \(Self.padded($0.text, texts))  # \($0.origin)" }
        return ([heading] + lines).joined(separator: "\n")
    }

    /// As one would write it: `900`, not `900.0`.
    private static func text(_ value: JSONValue) -> String {
        if let number = value.double, let integer = Int(exactly: number) { return "\(integer)" }
        return "\(value)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
