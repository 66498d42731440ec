/// Each of these is a transaction of its own. Throws `DatabaseError`.
extension KeystoneDatabase {
    /// The text under a key; `nil` where there is none. Throws `.invalidValue` where the value is no UTF-8 text.
    public func string(forKey key: String) throws -> String? { try single { try $0.string(forKey: key) } }

    /// Stores a text; `nil` removes the key.
    public func setString(_ text: String?, forKey key: String) throws {
        try single { try $0.setString(text, forKey: key) }
    }

    /// The value under a key, as it was stored; `nil` where there is none.
    public func bytes(forKey key: String) throws -> [UInt8]? { try single { try $0.bytes(forKey: key) } }

    /// Stores bytes, up to 512 MiB; `nil` removes the key.
    public func setBytes(_ bytes: [UInt8]?, forKey key: String) throws {
        try single { try $0.setBytes(bytes, forKey: key) }
    }

    /// The value under a key, from JSON; `nil` where there is none. Throws `.invalidValue` where it is not of that type.
    public func value<Value: Decodable>(_ type: Value.Type = Value.self, forKey key: String) throws -> Value? {
        try single { try $0.value(type, forKey: key) }
    }

    /// Stores a value as JSON; `nil` removes the key.
    public func setValue<Value: Encodable>(_ value: Value?, forKey key: String) throws {
        try single { try $0.setValue(value, forKey: key) }
    }

    /// Removes a key. Nothing happens where it isn't there.
    public func remove(_ key: String) throws { try single { try $0.remove(key) } }

    /// Removes every key that begins with `prefix`; the empty text removes all. Answers how many there were.
    @discardableResult
    public func removeAll(prefix: String = "") throws -> Int { try single { try $0.removeAll(prefix: prefix) } }

    /// The keys that begin with `prefix`, sorted by their UTF-8 bytes.
    public func keys(prefix: String = "") throws -> [String] { try single { try $0.keys(prefix: prefix) } }
}
