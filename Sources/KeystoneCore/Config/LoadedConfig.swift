public import KeystoneSupport

/// An app's configuration, where it came from and what is wrong with it.
public struct LoadedConfig: Sendable {
    /// Only to be used when `hasErrors` is false: keys with errors hold their defaults.
    public var config: KeystoneConfig
    /// All problems of the file, in the order of the file.
    public var diagnostics: [ConfigDiagnostic]
    /// The file that was read; `nil` when the app has none.
    public var file: String?
    /// Where the values that are no defaults come from, by key path.
    public var origins: [String: ConfigOrigin]

    public var errors: [ConfigDiagnostic] { diagnostics.filter { $0.severity == .error } }
    public var warnings: [ConfigDiagnostic] { diagnostics.filter { $0.severity == .warning } }
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Every value of the configuration in the schema's order: its key path, the value and its origin.
    public var values: [(key: String, value: JSONValue, origin: ConfigOrigin)] {
        var result: [(String, JSONValue, ConfigOrigin)] = []
        collect(KeystoneConfig.schema.json(config), "", &result)
        return result
    }

    private func collect(_ value: JSONValue, _ key: String, _ result: inout [(String, JSONValue, ConfigOrigin)]) {
        switch value {
        case .object(let object) where !object.isEmpty:
            for (name, value) in object { collect(value, key.isEmpty ? name : "\(key).\(name)", &result) }
        case .array(let elements) where !elements.isEmpty:
            for (index, value) in elements.enumerated() { collect(value, "\(key)[\(index)]", &result) }
        default:
            result.append((key, value, origins[key] ?? .builtIn))
        }
    }
}
