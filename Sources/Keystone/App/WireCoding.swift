internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport

/// `Codable` values on their way to other processes and back.
enum WireCoding {
    /// Throws `WireError` `BAD_REQUEST` where it can't be written as JSON.
    static func value(_ value: some Encodable) throws(WireError) -> JSONValue {
        if let value = value as? JSONValue { return value }
        do {
            return try JSONValue.parse(try JSONCoding.encode(value))
        } catch {
            throw WireError(.badRequest, "a \(type(of: value)) can't be written as JSON: \(error)")
        }
    }

    /// Throws `WireError` `BAD_REQUEST` that says what is wrong with the answer of `name`.
    static func decode<Output: Decodable>(_ value: JSONValue, of name: String) throws(WireError) -> Output {
        if let value = value as? Output { return value }
        do {
            return try JSONCoding.decode(Output.self, from: value.serialized())
        } catch {
            throw WireError(.badRequest, "the answer of \(name) is not what is expected: \(JSONCoding.explain(error))")
        }
    }

    /// As Bun checks it, but where the mistake is made.
    static func check(channel: String) throws(WireError) {
        guard !channel.isEmpty, channel.utf16.count <= 1024 else {
            throw WireError(.badRequest, "a channel is a text of 1 to 1024 characters")
        }
    }
}
