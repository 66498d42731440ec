internal import KeystoneSupport

/// A message that is not what the grammar says. The text names the field.
package struct ProtocolError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package init(_ message: String) { self.message = message }
    package var description: String { message }
}

/// Takes the fields out of one message.
struct MessageReader {
    let object: JSONObject
    let type: String

    init(_ value: JSONValue) throws(ProtocolError) {
        guard let object = value.object else { throw ProtocolError("a message must be a JSON object") }
        guard let type = object["type"]?.string else { throw ProtocolError("a message needs a \"type\" (string)") }
        self.object = object
        self.type = type
    }

    func string(_ key: String) throws(ProtocolError) -> String {
        guard let text = object[key]?.string else { throw wrong(key, "a string") }
        return text
    }

    func optionalString(_ key: String) throws(ProtocolError) -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let text = value.string else { throw wrong(key, "a string") }
        return text
    }

    func int(_ key: String) throws(ProtocolError) -> Int {
        guard let number = object[key]?.int else { throw wrong(key, "a whole number") }
        return number
    }

    func double(_ key: String) throws(ProtocolError) -> Double {
        guard let number = object[key]?.double else { throw wrong(key, "a number") }
        return number
    }

    func bool(_ key: String, default fallback: Bool? = nil) throws(ProtocolError) -> Bool {
        guard let value = object[key] else {
            guard let fallback else { throw wrong(key, "true or false") }
            return fallback
        }
        guard let flag = value.bool else { throw wrong(key, "true or false") }
        return flag
    }

    func optionalBool(_ key: String) throws(ProtocolError) -> Bool? {
        object[key] == nil ? nil : try bool(key)
    }

    func id() throws(ProtocolError) -> MessageID {
        guard let id = MessageID(object["id"]) else { throw wrong("id", "a string or an integer") }
        return id
    }

    func strings(_ key: String) throws(ProtocolError) -> [String] {
        guard let values = object[key]?.array else { throw wrong(key, "a list of strings") }
        var texts: [String] = []
        for value in values {
            guard let text = value.string else { throw wrong(key, "a list of strings") }
            texts.append(text)
        }
        return texts
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type
    ) throws(ProtocolError) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: try string(key)) else {
            throw wrong(key, "one of " + Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
        }
        return choice
    }

    /// Any value; absent is `undefined`, which JSON lacks.
    func any(_ key: String) -> JSONValue { object[key] ?? .null }

    func error() throws(ProtocolError) -> WireError {
        guard let value = object["error"] else { throw wrong("error", "an error") }
        return WireError(value)
    }

    func wrong(_ key: String, _ expected: String) -> ProtocolError {
        ProtocolError("\"\(key)\" of \"\(type.prefix(64))\" must be \(expected)")
    }
}

/// Puts a message together; absent fields are left out.
func message(_ type: String, _ fields: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    var object = JSONObject()
    object["type"] = .string(type)
    for (key, value) in fields where value != nil { object[key] = value }
    return .object(object)
}
