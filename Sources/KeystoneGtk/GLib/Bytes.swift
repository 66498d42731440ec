internal import CGtk

/// GLib's byte buffers as arrays.
enum Bytes {
    static func copy(_ bytes: OpaquePointer) -> [UInt8] {
        var count: gsize = 0
        guard let start = g_bytes_get_data(bytes, &count), count > 0 else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }

    /// A new buffer; the caller owns it.
    static func make(_ bytes: [UInt8]) -> OpaquePointer? {
        bytes.withUnsafeBytes { g_bytes_new($0.baseAddress, gsize($0.count)) }
    }
}
