internal import KeystoneSupport

/// The workers that can be reached directly: the data of `worker_ports`.
package struct WorkerPorts: Sendable, Hashable {
    /// By worker name.
    package var ports: [String: Int]
    /// What each asks for, by worker name: 64 hexadecimal digits.
    package var tokens: [String: String]
    /// Names of all that are to have a port, also while they start.
    package var declared: [String]

    package init(ports: [String: Int] = [:], tokens: [String: String] = [:], declared: [String] = []) {
        self.ports = ports
        self.tokens = tokens
        self.declared = declared
    }

    init(_ reader: MessageReader) throws(ProtocolError) {
        guard let data = reader.object["data"]?.object else { throw reader.wrong("data", "an object of ports") }
        self.init()
        for (name, value) in data {
            guard let port = value.int, (1...65535).contains(port) else {
                throw reader.wrong("data", "an object of ports")
            }
            ports[name] = port
        }
        if reader.object["declared"] != nil { declared = try reader.strings("declared") }
        guard let given = reader.object["tokens"] else { return }
        guard let texts = given.object else { throw reader.wrong("tokens", "an object of strings") }
        for (name, value) in texts {
            guard let text = value.string else { throw reader.wrong("tokens", "an object of strings") }
            tokens[name] = text
        }
    }

    var json: JSONValue {
        let data = ports.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) }
        let secrets = tokens.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        return message(
            "worker_ports",
            [
                "data": .object(JSONObject(data)), "tokens": tokens.isEmpty ? nil : .object(JSONObject(secrets)),
                "declared": declared.isEmpty ? nil : .array(declared.map { .string($0) }),
            ])
    }
}
