internal import KeystoneSupport

/// A kind of value in a configuration file: how it is read, checked, shown and described.
struct ConfigType<Value: Sendable>: Sendable {
    /// What is allowed, as in "expected …".
    let expected: String
    /// The value, or `nil` after the reader was told why not.
    let read: @Sendable (JSONDocument.Node, _ key: String, inout ConfigReader) -> Value?
    let json: @Sendable (Value) -> JSONValue
    /// The keys within, for documentation: their paths below this value (`.root`, `[].component`) and descriptions.
    var inner: [ConfigKeyDescription] = []
    /// Whether `null` leaves the default, as for blocks.
    var allowsNullAsDefault = false
}

extension ConfigType {
    /// A type for values that are no arrays or objects, from one function that checks and converts.
    static func scalar(
        _ expected: String, json: @escaping @Sendable (Value) -> JSONValue,
        _ convert: @escaping @Sendable (JSONValue) -> Value?
    ) -> ConfigType {
        ConfigType(
            expected: expected,
            read: { node, key, reader in
                if case .scalar(let scalar) = node.content, let value = convert(scalar) {
                    reader.record(node, at: key)
                    return value
                }
                reader.mismatch(node, at: key, expected: expected)
                return nil
            }, json: json)
    }

    /// Also allows `null`, which stands for "none".
    static func optional<Wrapped>(_ type: ConfigType<Wrapped>) -> ConfigType where Value == Wrapped? {
        ConfigType(
            expected: type.expected + " or null",
            read: { node, key, reader in
                if case .scalar(.null) = node.content {
                    reader.record(node, at: key)
                    return .some(nil)
                }
                return type.read(node, key, &reader).map { .some($0) }
            },
            json: { $0.map(type.json) ?? .null }, inner: type.inner)
    }
}

extension ConfigType where Value == Bool {
    static var flag: ConfigType {
        .scalar("true or false", json: { .bool($0) }, { $0.bool })
    }
}

extension ConfigType where Value == Double {
    /// Sizes beyond this are surely mistakes, and would overflow what window systems can hold.
    private static let limit = 32_767.0

    static var coordinate: ConfigType {
        .scalar(
            "a number from -32767 to 32767", json: { .number($0) },
            { $0.double.flatMap { abs($0) <= limit ? $0 : nil } })
    }

    static var length: ConfigType {
        .scalar("a number greater than 0 and at most 32767", json: { .number($0) }) { json in
            json.double.flatMap { $0 > 0 && $0 <= limit ? $0 : nil }
        }
    }
}

extension ConfigType where Value == Int {
    /// A count or a time; whole and not negative.
    static var count: ConfigType {
        .scalar("a whole number, 0 or greater", json: { JSONValue($0) }) { json in
            json.int.flatMap { $0 >= 0 && $0 <= Int(Int32.max) ? $0 : nil }
        }
    }
}

extension ConfigType where Value == String {
    /// Any one line of text, at most 4096 bytes.
    static var text: ConfigType {
        .scalar("one line of text", json: { .string($0) }, { $0.string.flatMap { isLine($0) ? $0 : nil } })
    }

    static var nonEmpty: ConfigType {
        .scalar("a non-empty string in one line", json: { .string($0) }) { json in
            json.string.flatMap { isLine($0) && !isBlank($0) ? $0 : nil }
        }
    }

    static var appID: ConfigType {
        .scalar(AppID.rule, json: { .string($0) }, { $0.string.flatMap { AppID.isValid($0) ? $0 : nil } })
    }

    /// An Ed25519 key as `keystone sign` prints it. Whether the bytes are a key, only a signature's reader can say.
    static var publicKey: ConfigType {
        let prefix = "ed25519:"
        return .scalar(
            "a public key as keystone sign --new-key prints it: \"ed25519:\" and the base64 of 32 bytes",
            json: { .string($0) },
            { json in
                json.string.flatMap { text in
                    let digits = text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...]
                    return digits.utf8.count == 44 && Base64.decode(digits)?.count == 32 ? text : nil
                }
            })
    }

    private static func isLine(_ text: String) -> Bool {
        text.utf8.count <= 4096 && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }

    private static func isBlank(_ text: String) -> Bool {
        text.allSatisfy(\.isWhitespace)
    }
}

extension ConfigType where Value == String? {
    /// A path or name where `null` and `""` stand for "none".
    static var optionalText: ConfigType {
        let line = ConfigType.optional(.text)
        return ConfigType(
            expected: line.expected,
            read: { node, key, reader in
                line.read(node, key, &reader).map { $0.flatMap { $0.isEmpty ? nil : $0 } }
            }, json: line.json)
    }
}

extension ConfigType where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    static var choice: ConfigType {
        let names = Value.allCases.map { "\"\($0.rawValue)\"" }
        let expected = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return .scalar(expected, json: { .string($0.rawValue) }, { $0.string.flatMap(Value.init(rawValue:)) })
    }
}
