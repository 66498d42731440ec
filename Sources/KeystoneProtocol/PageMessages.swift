package import KeystoneSupport

/// What a page writes to Bun's socket.
package enum PageToBun: Sendable, Hashable {
    case subscribe(channel: String)
    case unsubscribe(channel: String)
    case publish(channel: String, data: JSONValue)
    case query(id: MessageID, service: String, args: JSONValue?)
    case invoke(id: MessageID, channel: String, args: JSONValue?)
    case cancel(id: MessageID)
    /// The build of each component that the page runs.
    case builds(JSONValue)
    case action(String)
    case send(name: String, data: JSONValue?)
    case unknown(type: String)

    package init(_ value: JSONValue) throws(ProtocolError) {
        let reader = try MessageReader(value)
        switch reader.type {
        case "subscribe": self = .subscribe(channel: try reader.string("channel"))
        case "unsubscribe": self = .unsubscribe(channel: try reader.string("channel"))
        case "publish": self = .publish(channel: try reader.string("channel"), data: reader.any("data"))
        case "query":
            self = .query(id: try reader.id(), service: try reader.string("service"), args: reader.object["args"])
        case "invoke":
            self = .invoke(id: try reader.id(), channel: try reader.string("channel"), args: reader.object["args"])
        case "cancel": self = .cancel(id: try reader.id())
        case "builds": self = .builds(reader.any("components"))
        case "action": self = .action(try reader.string("action"))
        case "send": self = .send(name: try reader.string("name"), data: reader.object["data"])
        default: self = .unknown(type: reader.type)
        }
    }
}

/// What Bun writes to a page's socket.
package enum BunToPage: Sendable, Hashable {
    case hello(protocolVersion: Int, session: String, development: Bool)
    case push(channel: String, data: JSONValue, replay: Bool)
    case result(id: MessageID, JSONValue)
    /// Without an id: the socket's last message was refused.
    case error(id: MessageID?, WireError)
    case hmr(component: String, kind: RebuildKind, url: String, css: String?, hash: String)
    case hmrError(component: String, errors: [BuildError])
    case unknown(type: String)

    /// One complaint of the bundler.
    package struct BuildError: Sendable, Hashable {
        package var message: String
        package var file: String?
        /// From 1; `nil` when unknown.
        package var line: Int?
        package var column: Int?
        package var lineText: String?

        init(_ value: JSONValue) {
            message = value["message"]?.string ?? "The build failed"
            file = value["file"]?.string
            line = value["line"]?.int
            column = value["column"]?.int
            lineText = value["lineText"]?.string
        }
    }

    package init(_ value: JSONValue) throws(ProtocolError) {
        let reader = try MessageReader(value)
        switch reader.type {
        case "hello":
            self = .hello(
                protocolVersion: try reader.int("protocol"), session: try reader.string("session"),
                development: try reader.bool("development"))
        case "push":
            self = .push(
                channel: try reader.string("channel"), data: reader.any("data"),
                replay: try reader.bool("replay", default: false))
        case "result": self = .result(id: try reader.id(), reader.any("result"))
        case "error": self = .error(id: MessageID(reader.object["id"]), try reader.error())
        case "__hmr__":
            self = .hmr(
                component: try reader.string("component"), kind: try reader.choice("kind", RebuildKind.self),
                url: try reader.string("url"), css: try reader.optionalString("css"), hash: try reader.string("hash"))
        case "__hmr_error__":
            guard let errors = reader.object["errors"]?.array else { throw reader.wrong("errors", "a list") }
            self = .hmrError(component: try reader.string("component"), errors: errors.map(BuildError.init))
        default: self = .unknown(type: reader.type)
        }
    }
}
