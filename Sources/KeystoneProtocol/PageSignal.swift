package import KeystoneSupport

/// What a page tells the host through `keystoneHost`. Untrusted: the page can send anything at any time.
package enum PageSignal: Sendable, Hashable {
    case ready
    case painted
    case mounted(slot: String, component: String)
    case mountFailed(slot: String, component: String, WireError)
    case unmounted(slot: String)
    case swapped(slot: String, component: String, kind: RebuildKind, milliseconds: Double)
    case startDrag
    case titlebarDoubleClick
    /// The person wants the app to start again, as was offered.
    case restart
    /// The person wants a plugin tried again that had ended the app.
    case retryPlugin(name: String)
    case log(level: LogLevel, message: String, stack: String?)
    case connection(ConnectionState)
    case unknown(type: String)

    package enum ConnectionState: String, Sendable, CaseIterable {
        case connecting, open, closed
    }

    /// A signal is small; a larger one is a mistake or an attack.
    package static let maximumBytes = 1 << 20

    /// Reads the body of a message.
    package init(body: String) throws(ProtocolError) {
        guard body.utf8.count <= PageSignal.maximumBytes else {
            throw ProtocolError("a page's signal of \(body.utf8.count) bytes; at most \(PageSignal.maximumBytes)")
        }
        let value: JSONValue
        do {
            value = try JSONValue.parse(body)
        } catch {
            throw ProtocolError("a page's signal is not JSON: \(error)")
        }
        try self.init(value)
    }

    package init(_ value: JSONValue) throws(ProtocolError) {
        let reader = try MessageReader(value)
        switch reader.type {
        case "ready": self = .ready
        case "painted": self = .painted
        case "mounted": self = .mounted(slot: try reader.string("slot"), component: try reader.string("component"))
        case "mountFailed":
            self = .mountFailed(
                slot: try reader.string("slot"), component: try reader.string("component"), try reader.error())
        case "unmounted": self = .unmounted(slot: try reader.string("slot"))
        case "swapped":
            self = .swapped(
                slot: try reader.string("slot"), component: try reader.string("component"),
                kind: try reader.choice("kind", RebuildKind.self), milliseconds: try reader.double("ms"))
        case "startDrag": self = .startDrag
        case "titlebarDoubleClick": self = .titlebarDoubleClick
        case "restart": self = .restart
        case "retryPlugin": self = .retryPlugin(name: try reader.string("name"))
        case "log":
            self = .log(
                level: try reader.choice("level", LogLevel.self), message: try reader.string("message"),
                stack: try reader.optionalString("stack"))
        case "connection": self = .connection(try reader.choice("state", ConnectionState.self))
        default: self = .unknown(type: reader.type)
        }
    }
}
