internal import KeystoneSupport

/// The keys of one object of a configuration file.
struct ConfigSchema<Root: Sendable>: Sendable {
    /// An object where nothing is given.
    let defaults: @Sendable () -> Root
    let fields: [ConfigField<Root>]
    /// Rules that concern several keys, run once the object was read; the `Set` holds the keys that were given.
    var check: (@Sendable (inout Root, ConfigObject, inout ConfigReader) -> Void)?
    /// Keys that are allowed and ignored.
    var ignored: [String] = []
}

/// An object as the rules of a schema see it.
struct ConfigObject {
    let node: JSONDocument.Node
    /// The object's path, empty for the root.
    let path: String
    /// The members that the file gives, by key.
    let members: [String: JSONDocument.Node]

    func key(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    func gives(_ name: String) -> Bool { members[name] != nil }

    func error(_ name: String, _ message: String, _ reader: inout ConfigReader) {
        reader.report(.error, at: (members[name] ?? node).offset, key: key(name), message)
    }

    func warning(_ name: String, _ message: String, _ reader: inout ConfigReader) {
        reader.report(.warning, at: (members[name] ?? node).offset, key: key(name), message)
    }
}

extension ConfigSchema {
    func read(_ node: JSONDocument.Node, _ path: String, _ reader: inout ConfigReader) -> Root? {
        guard case .object(let members) = node.content else {
            reader.mismatch(node, at: path, expected: "an object")
            return nil
        }
        var value = defaults()
        let known = Dictionary(fields.map { ($0.key, $0) }) { first, _ in first }
        var given: [String: JSONDocument.Node] = [:]
        for member in members {
            let name = ConfigReader.shortened(member.key)
            let key = path.isEmpty ? name : "\(path).\(name)"
            guard given.updateValue(member.value, forKey: member.key) == nil else {
                reader.report(.error, at: member.keyOffset, key: key, "this key appears twice")
                continue
            }
            if let field = known[member.key] {
                field.read(member.value, key, &value, &reader)
            } else if !ignored.contains(member.key) {
                reportUnknown(member, key, &reader)
            }
        }
        let object = ConfigObject(node: node, path: path, members: given)
        for field in fields where field.required && !object.gives(field.key) {
            object.error(field.key, "missing; expected \(field.expected)", &reader)
        }
        check?(&value, object, &reader)
        return value
    }

    private func reportUnknown(_ member: JSONDocument.Member, _ key: String, _ reader: inout ConfigReader) {
        let nearest = reader.isFull ? nil : nearestName(to: member.key, in: fields.map(\.key))
        let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "it is ignored"
        reader.report(.warning, at: member.keyOffset, key: key, "unknown key; \(hint)")
    }

    func json(_ value: Root) -> JSONValue {
        .object(JSONObject(fields.map { ($0.key, $0.json(value)) }))
    }

    /// Every key of the object and of the objects within.
    var descriptions: [ConfigKeyDescription] {
        fields.flatMap { $0.descriptions(defaults()) }
    }
}

/// One key of an object: its type, its place in the Swift value and what it is for.
struct ConfigField<Root: Sendable>: Sendable {
    let key: String
    let required: Bool
    let expected: String
    let read: @Sendable (JSONDocument.Node, _ key: String, inout Root, inout ConfigReader) -> Void
    let json: @Sendable (Root) -> JSONValue
    let descriptions: @Sendable (_ defaults: Root) -> [ConfigKeyDescription]

    init<Value: Sendable>(
        _ key: String, _ place: any WritableKeyPath<Root, Value> & Sendable, _ type: ConfigType<Value>,
        required: Bool = false, _ doc: String
    ) {
        self.key = key
        self.required = required
        expected = type.expected
        read = { node, path, root, reader in
            if type.allowsNullAsDefault, case .scalar(.null) = node.content { return }
            if let value = type.read(node, path, &reader) { root[keyPath: place] = value }
        }
        json = { type.json($0[keyPath: place]) }
        descriptions = { defaults in
            let own = ConfigKeyDescription(
                key: key, expected: type.expected,
                defaultValue: required ? nil : type.json(defaults[keyPath: place]).serializedString(), doc: doc)
            return [own] + type.inner.map { $0.prefixed(key) }
        }
    }
}

/// What the reference says about one key.
public struct ConfigKeyDescription: Sendable, Hashable {
    /// The whole path; `[]` stands for every element of an array.
    public var key: String
    /// What is allowed.
    public var expected: String
    /// As JSON; `nil` for a key that must be given.
    public var defaultValue: String?
    public var doc: String

    func prefixed(_ prefix: String) -> ConfigKeyDescription {
        var copy = self
        copy.key = prefix + key
        return copy
    }
}
