internal import CGtk

/// One strong reference to a GObject, given back when this object goes.
@MainActor
final class GObjectReference {
    let unsafeObject: UnsafeMutableRawPointer

    /// Adds a reference; takes over a floating one.
    init(retaining object: UnsafeMutableRawPointer) {
        unsafeObject = object
        g_object_ref_sink(object)
    }

    /// Takes over a reference that the caller owns.
    init(owning object: UnsafeMutableRawPointer) {
        unsafeObject = object
    }

    isolated deinit {
        g_object_unref(unsafeObject)
    }
}

extension UnsafeMutablePointer where Pointee == GtkWidget {
    /// The same widget as one of its class structures. The caller knows the widget's class.
    func unsafeCast<T>(to type: T.Type) -> UnsafeMutablePointer<T> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: type)
    }

    var unsafeOpaque: OpaquePointer { OpaquePointer(self) }
}

/// A C string that the caller owns, copied and freed.
func takeString(_ text: UnsafeMutablePointer<CChar>?) -> String? {
    guard let text else { return nil }
    defer { g_free(text) }
    return String(cString: text)
}
