package import KeystoneSupport

/// What an `open` frame says.
package struct StreamOpening: Sendable, Hashable {
    package var channel: String
    /// The opener's word to the handler; `null` when there is none.
    package var data: JSONValue
    /// The service that opens, where it is one.
    package var service: String?

    package init(channel: String, data: JSONValue = .null, service: String? = nil) {
        self.channel = channel
        self.data = data
        self.service = service
    }

    /// Throws when it is no JSON object or has no channel.
    package init(json bytes: some Collection<UInt8>) throws(ProtocolError) {
        let value: JSONValue
        do {
            value = try JSONValue.parse(bytes)
        } catch {
            throw ProtocolError("the payload of \"open\" is not JSON: \(error)")
        }
        guard let channel = value["channel"]?.string, !channel.isEmpty, channel.utf8.count <= 4096 else {
            throw ProtocolError("\"channel\" of \"open\" must be a text of 1 to 4096 bytes")
        }
        self.init(channel: channel, data: value["data"] ?? .null, service: value["service"]?.string)
    }

    package var json: [UInt8] {
        var object: JSONObject = ["channel": .string(channel)]
        if !data.isNull { object["data"] = data }
        object["service"] = service.map { .string($0) }
        return JSONValue.object(object).serialized()
    }
}
