package import KeystoneProtocol
internal import KeystoneSupport

/// What a route answers.
public struct HTTPResponse: Sendable {
    /// 200 to 599.
    public var status: Int
    public var headers: HTTPHeaders
    package var body: Body

    package enum Body: Sendable {
        case bytes([UInt8])
        /// Writes the body while the page reads it. Ended by returning, or by throwing: then the page's reader fails.
        case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
    }

    package init(status: Int, headers: HTTPHeaders = [:], body: Body = .bytes([])) {
        self.status = (200...599).contains(status) ? status : 500
        self.headers = headers
        self.body = body
    }

    /// A value as JSON. One that can't be encoded becomes an error 500, and the reason goes to the log.
    public static func json(_ value: some Encodable, status: Int = 200) -> HTTPResponse {
        do {
            return bytes(try JSONCoding.encode(value), contentType: "application/json", status: status)
        } catch {
            Logger("http").error("a response can't be written as JSON: \(error)")
            return .error("the answer can't be written as JSON")
        }
    }

    public static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        bytes(Array(text.utf8), contentType: "text/plain; charset=utf-8", status: status)
    }

    public static func bytes(
        _ bytes: [UInt8], contentType: String = "application/octet-stream", status: Int = 200
    ) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": contentType], body: .bytes(bytes))
    }

    /// 204: it was done, and there is nothing to say.
    public static func noContent() -> HTTPResponse { HTTPResponse(status: 204) }

    public static func notFound(_ message: String? = nil) -> HTTPResponse {
        .error(message ?? "not found", status: 404)
    }

    /// An error that the page sees: `{"error": {"name", "message", "code"}}`.
    public static func error(_ message: String, status: Int = 500) -> HTTPResponse {
        failure(WireError(.init(status: status), message), status: status)
    }

    /// A body that is made while the page reads it.
    ///
    /// `write` runs in a task of its own, off the main thread. It is cancelled when the page cancels its reader, aborts the
    /// request, or goes away; each `writer.write` then throws `CancellationError`. What it throws makes the page's reader
    /// fail.
    public static func stream(
        contentType: String = "application/octet-stream", status: Int = 200,
        _ write: @escaping @Sendable (_ writer: HTTPBodyWriter) async throws -> Void
    ) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": contentType], body: .stream(write))
    }

    /// A body of an asynchronous sequence's elements, which is asked for the next one when the page has room.
    public static func stream<Chunks: AsyncSequence & Sendable>(
        _ chunks: Chunks, contentType: String = "application/octet-stream", status: Int = 200
    ) -> HTTPResponse where Chunks.Element == [UInt8] {
        stream(contentType: contentType, status: status) { writer in
            for try await chunk in chunks { try await writer.write(chunk) }
        }
    }

    /// A body of lines: each element as JSON on a line of its own (`application/x-ndjson`).
    public static func jsonLines<Values: AsyncSequence & Sendable>(_ values: Values, status: Int = 200) -> HTTPResponse
    where Values.Element: Encodable {
        stream(contentType: "application/x-ndjson", status: status) { writer in
            for try await value in values { try await writer.write(try JSONCoding.encode(value) + [0x0A]) }
        }
    }

    package static func failure(_ error: WireError, status: Int) -> HTTPResponse {
        bytes(
            JSONValue.object(["error": error.json]).serialized(), contentType: "application/json", status: status)
    }
}

extension WireError.Code {
    fileprivate init(status: Int) {
        self =
            switch status {
            case 403: .forbidden
            case 404: "NOT_FOUND"
            case 405: "METHOD_NOT_ALLOWED"
            case 413: .tooLarge
            case 400..<500: .badRequest
            case 503: .unavailable
            default: .handlerFailed
            }
    }
}
