package import KeystoneSupport

/// A function of the page that the host calls.
package enum PageFunction: Sendable {
    /// `width`/`height` `nil`: fills the page. `component` and `css` as `options`.
    case addSlot(
        key: String, url: String, x: Double, y: Double, width: Double?, height: Double?, windowID: String,
        component: String? = nil, css: String? = nil)
    case moveSlot(key: String, x: Double, y: Double, width: Double?, height: Double?)
    case removeSlot(key: String)
    case hotSwapSlot(key: String, url: String)
    case setTheme(tokens: [(name: String, value: String)], colorScheme: String)
    case setInsets(PageInsets)
    case hostEvent(name: String, data: JSONValue)

    /// The call; does nothing in a page that lacks the function.
    package var script: String {
        switch self {
        case .addSlot(let key, let url, let x, let y, let width, let height, let windowID, let component, let css):
            var arguments: [JSONValue] = [
                .string(key), .string(url), JSONValue(x), JSONValue(y), number(width), number(height),
                .string(windowID),
            ]
            if component != nil || css != nil {
                var options = JSONObject()
                options["component"] = component.map { .string($0) }
                options["css"] = css.map { .string($0) }
                arguments.append(.object(options))
            }
            return call("__addSlot", arguments)
        case .moveSlot(let key, let x, let y, let width, let height):
            return call("__moveSlot", [.string(key), JSONValue(x), JSONValue(y), number(width), number(height)])
        case .removeSlot(let key): return call("__removeSlot", [.string(key)])
        case .hotSwapSlot(let key, let url): return call("__hotSwapSlot", [.string(key), .string(url)])
        case .setTheme(let tokens, let colorScheme):
            return call("__setTheme", [PageFunction.tokens(tokens), .string(colorScheme)])
        case .setInsets(let insets): return call("__setInsets", [insets.json])
        case .hostEvent(let name, let data): return call("__hostEvent", [.string(name), data])
        }
    }

    static func tokens(_ tokens: [(name: String, value: String)]) -> JSONValue {
        .object(JSONObject(tokens.map { ($0.name, JSONValue.string($0.value)) }))
    }

    private func number(_ value: Double?) -> JSONValue { value.map { JSONValue($0) } ?? .null }

    private func call(_ name: String, _ arguments: [JSONValue]) -> String {
        "window.\(name)?.(\(arguments.map(JSLiteral.json).joined(separator: ",")));"
    }
}

/// How Bun fares, as pages hear it in the host event `bun`.
package struct BunStateEvent: Sendable, Hashable {
    package enum State: String, Sendable {
        case ready, restarting, failed
    }

    package var state: State
    /// Which restart this is, from 1.
    package var attempt: Int?
    package var delayMilliseconds: Int?
    package var message: String?
    package var port: Int?

    package init(
        _ state: State, attempt: Int? = nil, delayMilliseconds: Int? = nil, message: String? = nil, port: Int? = nil
    ) {
        self.state = state
        self.attempt = attempt
        self.delayMilliseconds = delayMilliseconds
        self.message = message
        self.port = port
    }

    package var json: JSONValue {
        var object: JSONObject = ["state": .string(state.rawValue)]
        object["attempt"] = attempt.map { JSONValue($0) }
        object["delayMs"] = delayMilliseconds.map { JSONValue($0) }
        object["message"] = message.map { .string($0) }
        object["port"] = port.map { JSONValue($0) }
        return .object(object)
    }
}
