public import KeystoneSupport
internal import KeystoneProtocol

/// A page's `fetch("/api/…")`, as a route's handler receives it. Everything in it is the page's word: untrusted.
public struct HTTPRequest: Sendable {
    /// In upper case: `GET`, `POST` and so on.
    public let method: String
    /// The path as it was asked for, still percent-encoded, without the query.
    public let path: String
    /// What the pattern's `:name` segments matched, decoded; `*` for the wildcard's rest.
    public internal(set) var params: [String: String] = [:]
    /// The query's fields, decoded. Of several with one name, the last; `queryItems` has them all.
    public let query: [String: String]
    /// The query's fields in their order, decoded.
    public let queryItems: [(name: String, value: String)]
    public let headers: HTTPHeaders
    /// The body's bytes; empty where there is none.
    public let body: [UInt8]
    /// The native window whose page asks.
    public let windowID: String

    /// - Parameter target: Path and query, as in a request line: `/api/notes?limit=20`.
    package init(method: String, target: String, headers: HTTPHeaders, body: [UInt8], windowID: String) {
        self.method = method.uppercased()
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts.first ?? "")
        queryItems = Self.parseQuery(parts.count > 1 ? parts[1] : "")
        query = Dictionary(queryItems.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        self.headers = headers
        self.body = body
        self.windowID = windowID
    }

    /// The body as a text. Throws `HTTPError` 400 where it is not UTF-8.
    public func text() throws -> String {
        guard let text = String(validating: body, as: UTF8.self) else {
            throw HTTPError(400, "the body is not UTF-8 text")
        }
        return text
    }

    /// The body as JSON; `null` where it is empty. Throws `HTTPError` 400 where it is not JSON.
    public func json() throws -> JSONValue {
        guard !body.isEmpty else { return .null }
        do {
            return try JSONValue.parse(body)
        } catch {
            throw HTTPError(400, "the body is not JSON: \(error)")
        }
    }

    /// The body as a value of a type, from JSON. Throws `HTTPError` 400 that says what is wrong with it.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        do {
            return try JSONCoding.decode(type, from: body)
        } catch {
            throw HTTPError(400, "the body is not what is expected: \(JSONCoding.explain(error))")
        }
    }

    /// `application/x-www-form-urlencoded`, as `URLSearchParams` writes it. A broken escape stays as it is.
    private static func parseQuery(_ text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decode(parts[0]), parts.count > 1 ? decode(parts[1]) : "")
        }
    }

    private static func decode(_ text: Substring) -> String {
        let spaced = text.map { $0 == "+" ? " " : $0 }
        return percentDecoded(String(spaced)) ?? String(spaced)
    }
}

/// An answer other than success, thrown by a handler.
public struct HTTPError: Error, Sendable, CustomStringConvertible {
    /// 400 to 599.
    public let status: Int
    /// For the page: it stands in the answer's body.
    public let message: String

    public init(_ status: Int, _ message: String) {
        self.status = (400...599).contains(status) ? status : 500
        self.message = message
    }

    public var description: String { "\(status): \(message)" }
}
