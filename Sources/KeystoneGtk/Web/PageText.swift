internal import CGtk
internal import CWebKitGtk

/// Text from a page: has to be a string, and is measured before it is copied.
@MainActor
enum PageText {
    static let maximumBytes = 128 * 1024 * 1024

    struct Problem: Error {
        var code: String
        var message: String
    }

    /// A message's text; refused where it doesn't carry the page's seal.
    static func readMessage(_ value: OpaquePointer, seal: PageSeal) -> Result<String, Problem> {
        read(value) { seal.open($0) }
    }

    static func read(_ value: OpaquePointer) -> Result<String, Problem> {
        read(value) { $0 }
    }

    private static func read(
        _ value: OpaquePointer, _ content: (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer?
    ) -> Result<String, Problem> {
        guard jsc_value_is_string(value) != 0 else {
            return .failure(Problem(code: "BAD_REQUEST", message: "The message is not a string."))
        }
        // In UTF-16 units, of which none is shorter than a byte in UTF-8.
        guard length(of: value) <= maximumBytes, let bytes = jsc_value_to_string_as_bytes(value) else {
            return .failure(tooLarge)
        }
        defer { g_bytes_unref(bytes) }
        var count: gsize = 0
        let start = g_bytes_get_data(bytes, &count)
        guard Int(count) <= maximumBytes else { return .failure(tooLarge) }
        guard let text = content(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(count))) else {
            return .failure(
                Problem(
                    code: "FORBIDDEN", message: "The message comes from a frame inside the page, not from the page."))
        }
        return .success(String(decoding: text, as: UTF8.self))
    }

    /// An error of the wire's grammar, as JSON text.
    static func error(code: String, _ message: String) -> String {
        #"{"name":"Error","message":"\#(message)","code":"\#(code)"}"#
    }

    private static var tooLarge: Problem {
        Problem(code: "TOO_LARGE", message: "The message is larger than \(maximumBytes / 1_048_576) MiB.")
    }

    private static func length(of value: OpaquePointer) -> Int {
        guard let property = jsc_value_object_get_property(value, "length") else { return 0 }
        defer { g_object_unref(UnsafeMutableRawPointer(property)) }
        return Int(jsc_value_to_double(property))
    }
}
