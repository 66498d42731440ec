internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore

/// One request to a URI scheme and its answer.
@MainActor
final class SchemeExchange {
    let method: String
    let uri: String
    let headers: [String: String]

    private let reference: GObjectReference
    private var isAnswered = false

    init(_ request: OpaquePointer) {
        reference = GObjectReference(retaining: UnsafeMutableRawPointer(request))
        method = webkit_uri_scheme_request_get_http_method(request).map { String(cString: $0) } ?? "GET"
        uri = webkit_uri_scheme_request_get_uri(request).map { String(cString: $0) } ?? ""
        headers = Self.readHeaders(request)
    }

    /// The GObject of the web view that asks.
    var viewObject: UnsafeMutableRawPointer? {
        webkit_uri_scheme_request_get_web_view(request).map { UnsafeMutableRawPointer($0) }
    }

    private var request: OpaquePointer { OpaquePointer(reference.unsafeObject) }

    /// The body, `nil` when it is larger than allowed or can't be read.
    func readBody(maximum: Int) async -> [UInt8]? {
        guard let stream = webkit_uri_scheme_request_get_http_body(request) else { return [] }
        let source = InputStream(owning: stream)
        var body: [UInt8] = []
        while true {
            guard let chunk = await source.read(upTo: 256 * 1024) else { return nil }
            if chunk.isEmpty { return body }
            guard body.count + chunk.count <= maximum else { return nil }
            body += chunk
        }
    }

    /// The first answer counts. `origin` is the page's, and is told that it may read the answer unless the answer says
    /// otherwise itself.
    func answer(_ response: SchemeResponse, origin: String?) {
        guard !isAnswered else { return }
        isAnswered = true
        guard let bytes = Bytes.make(response.body) else { return }
        defer { g_bytes_unref(bytes) }
        let stream = g_memory_input_stream_new_from_bytes(bytes)
        guard let result = webkit_uri_scheme_response_new(stream, gint64(response.body.count)) else { return }
        webkit_uri_scheme_response_set_status(result, guint(clamping: response.status), nil)
        webkit_uri_scheme_response_set_content_type(result, response.contentType)
        webkit_uri_scheme_response_set_http_headers(result, Self.makeHeaders(response.headers, origin))
        webkit_uri_scheme_request_finish_with_response(request, result)
        g_object_unref(UnsafeMutableRawPointer(result))
        if let stream { g_object_unref(stream) }
    }

    private static func readHeaders(_ request: OpaquePointer) -> [String: String] {
        guard let headers = webkit_uri_scheme_request_get_http_headers(request) else { return [:] }
        var iterator = SoupMessageHeadersIter()
        soup_message_headers_iter_init(&iterator, headers)
        var result: [String: String] = [:]
        var name: UnsafePointer<CChar>?
        var value: UnsafePointer<CChar>?
        while soup_message_headers_iter_next(&iterator, &name, &value) != 0 {
            guard let name, let value else { continue }
            result[String(cString: name).lowercased()] = String(cString: value)
        }
        return result
    }

    /// The response takes over the headers.
    private static func makeHeaders(_ headers: [String: String], _ origin: String?) -> OpaquePointer? {
        let result = soup_message_headers_new(SOUP_MESSAGE_HEADERS_RESPONSE)
        if let origin {
            soup_message_headers_replace(result, "Access-Control-Allow-Origin", origin)
            soup_message_headers_replace(result, "Vary", "Origin")
        }
        for (name, value) in headers { soup_message_headers_replace(result, name, value) }
        return result
    }
}
