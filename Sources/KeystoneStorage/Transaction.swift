internal import FoundationEssentials

extension KeystoneDatabase {
    /// What can be done inside `transaction`, and, one at a time, on the database itself. Over when its closure returns.
    public final class Transaction {
        private var open: SQLiteConnection?

        /// The longest key, in UTF-8 bytes.
        static let maximumKeyLength = 4096
        /// The largest value, in bytes.
        static let maximumValueSize = 512 << 20

        init(connection: SQLiteConnection) { open = connection }

        func end() { open = nil }

        private var connection: SQLiteConnection {
            get throws {
                if let open { return open }
                throw DatabaseError(code: .nestedUse, message: "a transaction was used after its end")
            }
        }

        /// The value under a key, as it was stored; `nil` where there is none.
        public func bytes(forKey key: String) throws -> [UInt8]? {
            var found: [UInt8]?
            try connection.run("SELECT value FROM entries WHERE key = ?", [try checked(key)]) { found = $0.bytes(0) }
            return found
        }

        /// Stores bytes; `nil` removes the key.
        public func setBytes(_ bytes: [UInt8]?, forKey key: String) throws {
            guard let bytes else { return try remove(key) }
            guard bytes.count <= Self.maximumValueSize else {
                throw DatabaseError(
                    code: .invalidValue,
                    message: "the value of \"\(key)\" has \(bytes.count) bytes; \(Self.maximumValueSize) are allowed")
            }
            try connection.run(
                "INSERT INTO entries (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [try checked(key), .bytes(bytes)])
        }

        /// The text under a key. Throws `.invalidValue` where the value is no UTF-8 text.
        public func string(forKey key: String) throws -> String? {
            guard let bytes = try bytes(forKey: key) else { return nil }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw DatabaseError(code: .invalidValue, message: "the value of \"\(key)\" is not a text")
            }
            return text
        }

        /// Stores a text; `nil` removes the key.
        public func setString(_ text: String?, forKey key: String) throws {
            try setBytes(text.map { Array($0.utf8) }, forKey: key)
        }

        /// The value under a key, from JSON. Throws `.invalidValue` where it is not of that type.
        public func value<Value: Decodable>(_ type: Value.Type = Value.self, forKey key: String) throws -> Value? {
            guard let bytes = try bytes(forKey: key) else { return nil }
            do {
                return try JSONDecoder().decode(type, from: Data(bytes))
            } catch {
                throw DatabaseError(code: .invalidValue, message: "the value of \"\(key)\" is no \(type): \(error)")
            }
        }

        /// Stores a value as JSON; `nil` removes the key.
        public func setValue<Value: Encodable>(_ value: Value?, forKey key: String) throws {
            guard let value else { return try remove(key) }
            let data: Data
            do {
                data = try JSONEncoder().encode(value)
            } catch {
                throw DatabaseError(
                    code: .invalidValue, message: "the value for \"\(key)\" can't be written as JSON: \(error)")
            }
            try setBytes(Array(data), forKey: key)
        }

        /// Removes a key. Nothing happens where it isn't there.
        public func remove(_ key: String) throws {
            try connection.run("DELETE FROM entries WHERE key = ?", [try checked(key)])
        }

        /// Removes every key that begins with `prefix`; the empty text removes all. Answers how many there were.
        @discardableResult
        public func removeAll(prefix: String = "") throws -> Int {
            try connection.run("DELETE FROM entries WHERE substr(key, 1, length(?1)) = ?1", [.text(prefix)])
            return try connection.changes
        }

        /// The keys that begin with `prefix`, sorted by their UTF-8 bytes.
        public func keys(prefix: String = "") throws -> [String] {
            var keys: [String] = []
            try connection.run(
                "SELECT key FROM entries WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key", [.text(prefix)]
            ) { keys.append($0.text(0)) }
            return keys
        }

        private func checked(_ key: String) throws -> SQLiteValue {
            guard !key.isEmpty, key.utf8.count <= Self.maximumKeyLength, !key.utf8.contains(0) else {
                throw DatabaseError(
                    code: .invalidValue,
                    message: "a key has 1 to \(Self.maximumKeyLength) bytes and no NUL, not \"\(key.prefix(80))\"")
            }
            return .text(key)
        }
    }
}
