internal import KeystoneSupport

extension ConfigType {
    static func list<Element: Sendable>(
        of element: ConfigType<Element>, expected: String? = nil, nonEmpty: Bool = false
    ) -> ConfigType where Value == [Element] {
        let expected = expected ?? "an array, each element \(element.expected)"
        return ConfigType(
            expected: expected,
            read: { node, key, reader in
                guard case .array(let nodes) = node.content, !(nonEmpty && nodes.isEmpty) else {
                    reader.mismatch(node, at: key, expected: expected)
                    return nil
                }
                reader.record(node, at: key)
                return nodes.enumerated().compactMap { index, node in
                    element.read(node, "\(key)[\(index)]", &reader)
                }
            },
            json: { .array($0.map(element.json)) },
            inner: element.inner.map { $0.prefixed("[]") })
    }

    /// An object with the schema's keys. `null` stands for the defaults.
    static func object(_ schema: @escaping @Sendable () -> ConfigSchema<Value>) -> ConfigType {
        ConfigType(
            expected: "an object",
            read: { node, key, reader in schema().read(node, key, &reader) },
            json: { schema().json($0) }, inner: schema().descriptions.map { $0.prefixed(".") },
            allowsNullAsDefault: true)
    }
}

extension ConfigType where Value == [String: String] {
    static var environment: ConfigType {
        let expected = "an object of strings"
        return ConfigType(
            expected: expected,
            read: { node, key, reader in
                guard case .object(let members) = node.content else {
                    reader.mismatch(node, at: key, expected: expected)
                    return nil
                }
                reader.record(node, at: key)
                var result: [String: String] = [:]
                for member in members {
                    let name = "\(key).\(ConfigReader.shortened(member.key))"
                    if member.key.isEmpty || member.key.contains("=") || member.key.contains("\0") {
                        reader.report(
                            .error, at: member.keyOffset, key: name,
                            "the name of a variable must not be empty or contain '='")
                    } else if let value = ConfigType<String>.text.read(member.value, name, &reader) {
                        result[member.key] = value
                    }
                }
                return result
            },
            json: { variables in
                .object(JSONObject(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
            })
    }
}

extension ConfigType where Value == [MenuConfig] {
    /// Menus by title: an object of arrays.
    static var menus: ConfigType {
        let items = ConfigType<[MenuItemConfig]>.list(
            of: .object { MenuItemConfig.schema }, expected: "an array of menu items")
        let expected = "an object of menus, each an array of menu items"
        return ConfigType(
            expected: expected,
            read: { node, key, reader in
                guard case .object(let members) = node.content else {
                    reader.mismatch(node, at: key, expected: expected)
                    return nil
                }
                reader.record(node, at: key)
                return members.compactMap { member in
                    items.read(member.value, "\(key).\(ConfigReader.shortened(member.key))", &reader)
                        .map { MenuConfig(title: member.key, items: $0) }
                }
            },
            json: { .object(JSONObject($0.map { ($0.title, items.json($0.items)) })) },
            inner: items.inner.map { $0.prefixed(".TITLE") })
    }
}
