package import KeystoneSupport

/// A web component that Bun serves.
package struct WebComponent: Sendable, Hashable {
    package var name: String
    /// Paths of Bun's server.
    package var url: String
    package var css: String?

    package init(name: String, url: String, css: String? = nil) {
        self.name = name
        self.url = url
        self.css = css
    }
}

/// What was rebuilt.
package enum RebuildKind: String, Sendable, CaseIterable {
    case js, css
}

/// Bun's first message: the server answers.
package struct BunReady: Sendable, Hashable {
    package var protocolVersion: Int
    package var port: Int
    package var services: [String]
    package var components: [WebComponent]
    package var pid: Int
    /// Of Bun.
    package var version: String
    /// The worker's name; `nil` in main Bun.
    package var worker: String?

    package init(
        protocolVersion: Int, port: Int, services: [String], components: [WebComponent], pid: Int, version: String,
        worker: String? = nil
    ) {
        self.protocolVersion = protocolVersion
        self.port = port
        self.services = services
        self.components = components
        self.pid = pid
        self.version = version
        self.worker = worker
    }
}

/// What Bun writes to its standard output.
package enum BunToHost: Sendable, Hashable {
    case ready(BunReady)
    case result(id: MessageID, JSONValue)
    case error(id: MessageID, WireError)
    /// `retain`: whether later subscribers get it too; `nil` leaves it to Bun.
    case servicePush(channel: String, data: JSONValue, retain: Bool?)
    case actionFromWeb(String, windowID: String?)
    case actionFromService(String, service: String)
    case hmr(component: String, kind: RebuildKind)
    case components([WebComponent])
    case log(level: LogLevel, message: String, source: String)
    case relay(target: String, channel: String, data: JSONValue)
    /// `timeoutMilliseconds`: `nil` where nothing is said, 0 for none.
    case relayQuery(id: MessageID, target: String, service: String, args: JSONValue?, timeoutMilliseconds: Double?)
    case relayCancel(id: MessageID)
    /// What services have declared with `.network()` so far.
    case network(endpoints: [String])
    case fatal(String)
    case unknown(type: String)

    package init(_ value: JSONValue) throws(ProtocolError) {
        let reader = try MessageReader(value)
        switch reader.type {
        case "ready": self = .ready(try BunToHost.ready(reader))
        case "result": self = .result(id: try reader.id(), reader.any("result"))
        case "error": self = .error(id: try reader.id(), try reader.error())
        case "service_push":
            self = .servicePush(
                channel: try reader.string("channel"), data: reader.any("data"),
                retain: try reader.optionalBool("retain"))
        case "action_from_web":
            self = .actionFromWeb(try reader.string("action"), windowID: try reader.optionalString("windowId"))
        case "action_from_service":
            self = .actionFromService(try reader.string("action"), service: try reader.string("service"))
        case "hmr":
            self = .hmr(component: try reader.string("component"), kind: try reader.choice("kind", RebuildKind.self))
        case "components": self = .components(try BunToHost.components(reader))
        case "log":
            self = .log(
                level: try reader.choice("level", LogLevel.self), message: try reader.string("message"),
                source: try reader.string("source"))
        case "relay":
            self = .relay(
                target: try reader.string("target"), channel: try reader.string("channel"), data: reader.any("data"))
        case "relay_query": self = try BunToHost.relayQuery(reader)
        case "relay_cancel": self = .relayCancel(id: try reader.id())
        case "network": self = .network(endpoints: try reader.strings("endpoints"))
        case "fatal": self = .fatal(try reader.string("message"))
        default: self = .unknown(type: reader.type)
        }
    }

    private static func relayQuery(_ reader: MessageReader) throws(ProtocolError) -> BunToHost {
        .relayQuery(
            id: try reader.id(), target: try reader.string("target"), service: try reader.string("service"),
            args: reader.object["args"],
            timeoutMilliseconds: try timeout(reader))
    }

    /// JavaScript writes an infinite time as `null`.
    private static func timeout(_ reader: MessageReader) throws(ProtocolError) -> Double? {
        guard let value = reader.object["timeoutMs"] else { return nil }
        return value.isNull ? 0 : try reader.double("timeoutMs")
    }

    private static func ready(_ reader: MessageReader) throws(ProtocolError) -> BunReady {
        let port = try reader.int("port")
        // 0 where `http.enabled` is false: no server.
        guard (0...65535).contains(port) else { throw reader.wrong("port", "a port") }
        return BunReady(
            protocolVersion: try reader.int("protocol"), port: port, services: try reader.strings("services"),
            components: try components(reader), pid: try reader.int("pid"), version: try reader.string("version"),
            worker: try reader.optionalString("worker"))
    }

    private static func components(_ reader: MessageReader) throws(ProtocolError) -> [WebComponent] {
        let expected = "a list of {\"name\", \"url\", \"css\"?}"
        guard let values = reader.object["components"]?.array else { throw reader.wrong("components", expected) }
        var components: [WebComponent] = []
        for value in values {
            guard let name = value["name"]?.string, let url = value["url"]?.string else {
                throw reader.wrong("components", expected)
            }
            components.append(WebComponent(name: name, url: url, css: value["css"]?.string))
        }
        return components
    }
}

extension BunToHost {
    package var json: JSONValue {
        switch self {
        case .ready(let ready):
            message(
                "ready",
                [
                    "protocol": JSONValue(ready.protocolVersion), "port": JSONValue(ready.port),
                    "services": .array(ready.services.map { .string($0) }),
                    "components": .array(ready.components.map(\.json)), "pid": JSONValue(ready.pid),
                    "version": .string(ready.version), "worker": ready.worker.map { .string($0) },
                ])
        case .result(let id, let result): message("result", ["id": id.json, "result": result])
        case .error(let id, let error): message("error", ["id": id.json, "error": error.json])
        case .servicePush(let channel, let data, let retain):
            message("service_push", ["channel": .string(channel), "data": data, "retain": retain.map { .bool($0) }])
        case .actionFromWeb(let action, let windowID):
            message("action_from_web", ["action": .string(action), "windowId": windowID.map { .string($0) }])
        case .actionFromService(let action, let service):
            message("action_from_service", ["action": .string(action), "service": .string(service)])
        case .hmr(let component, let kind):
            message("hmr", ["component": .string(component), "kind": .string(kind.rawValue)])
        case .components(let components): message("components", ["components": .array(components.map(\.json))])
        case .log(let level, let text, let source):
            message("log", ["level": .string(level.rawValue), "message": .string(text), "source": .string(source)])
        case .relay(let target, let channel, let data):
            message("relay", ["target": .string(target), "channel": .string(channel), "data": data])
        case .relayQuery(let id, let target, let service, let args, let timeout):
            message(
                "relay_query",
                [
                    "id": id.json, "target": .string(target), "service": .string(service), "args": args,
                    "timeoutMs": timeout.map { time in Int(exactly: time).map { JSONValue($0) } ?? .number(time) },
                ])
        case .relayCancel(let id): message("relay_cancel", ["id": id.json])
        case .network(let endpoints): message("network", ["endpoints": .array(endpoints.map { .string($0) })])
        case .fatal(let text): message("fatal", ["message": .string(text)])
        case .unknown(let type): message(type, [:])
        }
    }
}

extension WebComponent {
    var json: JSONValue {
        var object: JSONObject = ["name": .string(name), "url": .string(url)]
        object["css"] = css.map { .string($0) }
        return .object(object)
    }
}
