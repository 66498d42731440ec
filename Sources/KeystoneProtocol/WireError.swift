package import KeystoneSupport

/// An error as it crosses the wire; the pages and services of the other side throw it again.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is. A handler may use codes of its own.
    public struct Code: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public init(stringLiteral value: String) { rawValue = value }
        public var description: String { rawValue }

        /// Nobody answers to this name.
        public static let noHandler: Code = "NO_HANDLER"
        /// The handler threw.
        public static let handlerFailed: Code = "HANDLER_FAILED"
        /// The message or its arguments are not what the receiver expects.
        public static let badRequest: Code = "BAD_REQUEST"
        public static let tooLarge: Code = "TOO_LARGE"
        public static let timeout: Code = "TIMEOUT"
        /// The asker no longer wanted the answer.
        public static let aborted: Code = "ABORTED"
        /// The other process is not running, or went away before it answered.
        public static let unavailable: Code = "UNAVAILABLE"
        public static let notSupported: Code = "NOT_SUPPORTED"
        public static let forbidden: Code = "FORBIDDEN"
    }

    /// The class's name in JavaScript, `Error` mostly.
    public var name: String
    public var message: String
    public var code: Code
    /// Only there in development.
    public var stack: String?

    public init(_ code: Code, _ message: String, name: String = "Error", stack: String? = nil) {
        self.name = name
        self.message = message
        self.code = code
        self.stack = stack
    }

    public var description: String { "\(message) (\(code))" }

    /// Any value that came in an error's place: what is missing is filled in, so that an error never gets lost.
    package init(_ value: JSONValue?) {
        self.init(
            Code(rawValue: value?["code"]?.string ?? Code.handlerFailed.rawValue),
            value?["message"]?.string ?? value?.string ?? "An error without a message",
            name: value?["name"]?.string ?? "Error",
            stack: value?["stack"]?.string)
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "message": .string(message), "code": .string(code.rawValue),
        ]
        object["stack"] = stack.map { .string($0) }
        return .object(object)
    }

    /// The error as JSON text: what a page's promise is rejected with.
    package var jsonText: String { json.serializedString() }
}
