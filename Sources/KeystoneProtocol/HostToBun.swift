package import KeystoneSupport

/// Who caused an action.
public enum ActionSource: Sendable, Hashable, CustomStringConvertible {
    /// The page of a window, by its id.
    case window(String)
    case menu
    /// A TypeScript service, by its name.
    case service(String)
    /// The app's Swift code, or the host itself.
    case host

    package init?(_ text: String) {
        switch text {
        case "menu": self = .menu
        case "host": self = .host
        default:
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let name = String(text[text.index(after: colon)...])
            switch text[..<colon] {
            case "window": self = .window(name)
            case "service": self = .service(name)
            default: return nil
            }
        }
    }

    public var description: String { text }

    /// As the wire has it: `window:ID`, `menu`, `service:NAME` or `host`.
    package var text: String {
        switch self {
        case .window(let id): "window:\(id)"
        case .menu: "menu"
        case .service(let name): "service:\(name)"
        case .host: "host"
        }
    }
}

/// What the host writes to Bun's standard input.
package enum HostToBun: Sendable, Hashable {
    case query(id: MessageID, service: String, args: JSONValue?)
    case invoke(id: MessageID, channel: String, args: JSONValue?)
    case action(String, source: ActionSource)
    /// `retain`: whether later subscribers get it too; `nil` leaves it to Bun, which keeps it.
    case push(channel: String, data: JSONValue, retain: Bool?)
    case eval(id: MessageID, code: String)
    case health(id: MessageID)
    case shutdown
    case relayIn(channel: String, data: JSONValue, from: String)
    case relayQuery(id: MessageID, service: String, args: JSONValue?, from: String)
    case relayCancel(id: MessageID)
    case relayResult(id: MessageID, JSONValue)
    case relayError(id: MessageID, WireError)
    case workerPorts(WorkerPorts)
    case unknown(type: String)

    package init(_ value: JSONValue) throws(ProtocolError) {
        let reader = try MessageReader(value)
        switch reader.type {
        case "query":
            self = .query(id: try reader.id(), service: try reader.string("service"), args: reader.object["args"])
        case "invoke":
            self = .invoke(id: try reader.id(), channel: try reader.string("channel"), args: reader.object["args"])
        case "action":
            guard let source = ActionSource(try reader.string("source")) else {
                throw reader.wrong("source", "window:ID, menu, service:NAME or host")
            }
            self = .action(try reader.string("action"), source: source)
        case "push":
            self = .push(
                channel: try reader.string("channel"), data: reader.any("data"),
                retain: try reader.optionalBool("retain"))
        case "eval": self = .eval(id: try reader.id(), code: try reader.string("code"))
        case "health": self = .health(id: try reader.id())
        case "shutdown": self = .shutdown
        case "relay_in":
            self = .relayIn(
                channel: try reader.string("channel"), data: reader.any("data"), from: try reader.string("from"))
        case "relay_query":
            self = .relayQuery(
                id: try reader.id(), service: try reader.string("service"), args: reader.object["args"],
                from: try reader.string("from"))
        case "relay_cancel": self = .relayCancel(id: try reader.id())
        case "relay_result": self = .relayResult(id: try reader.id(), reader.any("result"))
        case "relay_error": self = .relayError(id: try reader.id(), try reader.error())
        case "worker_ports": self = .workerPorts(try WorkerPorts(reader))
        default: self = .unknown(type: reader.type)
        }
    }

    package var json: JSONValue {
        switch self {
        case .query(let id, let service, let args):
            message("query", ["id": id.json, "service": .string(service), "args": args])
        case .invoke(let id, let channel, let args):
            message("invoke", ["id": id.json, "channel": .string(channel), "args": args])
        case .action(let action, let source):
            message("action", ["action": .string(action), "source": .string(source.text)])
        case .push(let channel, let data, let retain):
            message("push", ["channel": .string(channel), "data": data, "retain": retain.map { .bool($0) }])
        case .eval(let id, let code): message("eval", ["id": id.json, "code": .string(code)])
        case .health(let id): message("health", ["id": id.json])
        case .shutdown: message("shutdown", [:])
        case .relayIn(let channel, let data, let from):
            message("relay_in", ["channel": .string(channel), "data": data, "from": .string(from)])
        case .relayQuery(let id, let service, let args, let from):
            message(
                "relay_query", ["id": id.json, "service": .string(service), "args": args, "from": .string(from)])
        case .relayCancel(let id): message("relay_cancel", ["id": id.json])
        case .relayResult(let id, let result): message("relay_result", ["id": id.json, "result": result])
        case .relayError(let id, let error): message("relay_error", ["id": id.json, "error": error.json])
        case .workerPorts(let ports): ports.json
        case .unknown(let type): message(type, [:])
        }
    }

    /// One line of NDJSON with its line break.
    package var line: [UInt8] {
        var bytes: [UInt8] = []
        json.write(to: &bytes)
        bytes.append(0x0a)
        return bytes
    }
}
