internal import FoundationEssentials
internal import KeystoneSupport

/// `Codable` values as JSON bytes and back.
package enum JSONCoding {
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        if let json = value as? JSONValue { return json.serialized() }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// No bytes at all count as `null`, since that is what `undefined` is in a page.
    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from bytes: some Sequence<UInt8>
    ) throws -> Value {
        let bytes = Array(bytes)
        if type == JSONValue.self, let value = try JSONValue.parse(bytes.isEmpty ? Array("null".utf8) : bytes) as? Value
        {
            return value
        }
        return try JSONDecoder().decode(type, from: bytes.isEmpty ? Data("null".utf8) : Data(bytes))
    }

    /// What is wrong, and where, in words for the one who sent it.
    package static func explain(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, let context):
            return "\"\(path(context, key))\" is missing"
        case .typeMismatch(let type, let context):
            return "\(place(context)) is not of type \(type)"
        case .valueNotFound(let type, let context):
            return "\(place(context)) is null, \(type) expected"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "not JSON" : "\(place(context)): \(context.debugDescription)"
        @unknown default:
            return "\(error)"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        context.codingPath.isEmpty ? "the value" : "\"\(path(context))\""
    }

    /// For example `notes[2].title`.
    private static func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
        var text = ""
        for key in context.codingPath + (last.map { [$0] } ?? []) {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
        return text
    }
}
