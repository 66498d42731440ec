internal import CGtk

/// What a GLib call reported through its `GError`.
struct GLibError: Error, CustomStringConvertible {
    var domain: String
    var code: Int
    var message: String

    var description: String { message }

    /// Runs a call that reports through a `GError**`; the only place that reads and frees one.
    static func check<T>(_ call: (UnsafeMutablePointer<UnsafeMutablePointer<GError>?>) -> T) throws(GLibError) -> T {
        var error: UnsafeMutablePointer<GError>?
        let result = call(&error)
        guard let error else { return result }
        defer { g_error_free(error) }
        throw GLibError(error.pointee)
    }

    init(_ error: GError) {
        domain = g_quark_to_string(error.domain).map { String(cString: $0) } ?? ""
        code = Int(error.code)
        message = error.message.map { String(cString: $0) } ?? "unknown error"
    }
}
