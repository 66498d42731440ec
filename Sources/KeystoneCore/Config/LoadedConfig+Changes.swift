internal import KeystoneSupport

/// What an app's own code says, over the file.
extension LoadedConfig {
    /// Changes the configuration and remembers which values come from code since.
    ///
    /// - Parameter said: Key paths that the change gives, also where the value is what it was. Where it can't be told, the
    ///   values that differ.
    package mutating func change(_ said: [String] = [], _ body: (inout KeystoneConfig) -> Void) {
        guard said.isEmpty else {
            body(&config)
            for key in said { origins[key] = .builder }
            return
        }
        let before = Dictionary(values.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        body(&config)
        for (key, value, _) in values where before[key] != value { origins[key] = .builder }
    }

    /// Checks what code has said by the rules of the file, and adds the errors to `diagnostics`.
    ///
    /// - Parameter place: What messages name instead of a file.
    package mutating func checkChanges(place: String) {
        let known = Set(errors.map(\.key))
        let again = ConfigLoader.parse(KeystoneConfig.schema.json(config).serialized(), file: place)
        for error in again.errors where !known.contains(error.key) {
            diagnostics.append(ConfigDiagnostic(.error, file: place, key: error.key, message: error.message))
        }
    }
}
