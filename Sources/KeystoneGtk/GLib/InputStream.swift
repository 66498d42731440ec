internal import CGtk

/// A GIO input stream, read without blocking the main loop.
@MainActor
final class InputStream {
    private let reference: GObjectReference

    init(owning stream: UnsafeMutablePointer<GInputStream>) {
        reference = GObjectReference(owning: stream)
    }

    /// The next bytes, empty at the end, `nil` when reading failed.
    func read(upTo count: Int) async -> [UInt8]? {
        let stream = reference.unsafeObject.assumingMemoryBound(to: GInputStream.self)
        return await withCheckedContinuation { continuation in
            g_input_stream_read_bytes_async(
                stream, gsize(count), G_PRIORITY_DEFAULT, nil,
                { source, result, data in
                    guard let data else { return }
                    let box = Unmanaged<SignalClosure<CheckedContinuation<[UInt8]?, Never>>>
                        .fromOpaque(data).takeRetainedValue()
                    box.body.resume(returning: InputStream.finish(source, result))
                },
                Unmanaged.passRetained(SignalClosure(continuation)).toOpaque())
        }
    }

    private static func finish(_ source: UnsafeMutablePointer<GObject>?, _ result: OpaquePointer?) -> [UInt8]? {
        guard let source, let result else { return nil }
        let stream = UnsafeMutableRawPointer(source).assumingMemoryBound(to: GInputStream.self)
        guard let bytes = try? GLibError.check({ g_input_stream_read_bytes_finish(stream, result, $0) })
        else { return nil }
        defer { g_bytes_unref(bytes) }
        return Bytes.copy(bytes)
    }
}
