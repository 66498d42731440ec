internal import CGtk

/// Keeps a closure alive for as long as the signal connection that calls it.
final class SignalClosure<Body> {
    let body: Body

    init(_ body: Body) {
        self.body = body
    }

    static func body(_ data: gpointer?) -> Body? {
        guard let data else { return nil }
        return Unmanaged<SignalClosure<Body>>.fromOpaque(data).takeUnretainedValue().body
    }
}

/// Connections from GObject signals to Swift closures, one function for each handler signature.
///
/// The connection owns the closure: GObject releases it through the destroy notification when the connection or the
/// object goes. Closures must not hold the object's owner strongly.
@MainActor
enum Signal {
    typealias Handler0 = @MainActor () -> Void
    typealias HandlerBool = @MainActor () -> Bool
    typealias HandlerPointer = @MainActor (gpointer) -> Void
    typealias HandlerPointerBool = @MainActor (gpointer) -> Bool
    typealias HandlerPointer2Bool = @MainActor (gpointer, gpointer) -> Bool
    typealias HandlerInt = @MainActor (Int32) -> Void
    typealias HandlerInts = @MainActor (Int32, Int32) -> Void
    typealias HandlerPress = @MainActor (Int, Double, Double) -> Void
    typealias HandlerLoadFailed = @MainActor (Int32, String, UnsafeMutablePointer<GError>) -> Bool
    typealias HandlerDecision = @MainActor (gpointer, Int32) -> Bool

    /// `void (*)(object, data)`
    static func connect(_ object: UnsafeMutableRawPointer, _ name: String, _ body: @escaping Handler0) {
        let trampoline: @convention(c) (gpointer?, gpointer?) -> Void = { _, data in
            SignalClosure<Handler0>.body(data)?()
        }
        // SAFETY: GObject calls a handler with the arguments of its signal, which this function's abstract names.
        attach(object, name, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `gboolean (*)(object, data)`
    static func connectBool(_ object: UnsafeMutableRawPointer, _ name: String, _ body: @escaping HandlerBool) {
        let trampoline: @convention(c) (gpointer?, gpointer?) -> gboolean = { _, data in
            SignalClosure<HandlerBool>.body(data)?() == true ? 1 : 0
        }
        // SAFETY: as above.
        attach(object, name, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `void (*)(GFileMonitor *, GFile *, GFile *, GFileMonitorEvent, data)`
    static func connectFileChange(
        _ object: UnsafeMutableRawPointer, _ body: @escaping @MainActor (_ file: gpointer, _ other: gpointer?) -> Void
    ) {
        typealias Handler = @MainActor (gpointer, gpointer?) -> Void
        let trampoline: @convention(c) (gpointer?, gpointer?, gpointer?, Int32, gpointer?) -> Void = {
            _, file, other, _, data in
            guard let file else { return }
            SignalClosure<Handler>.body(data)?(file, other)
        }
        // SAFETY: as above.
        attach(object, "changed", unsafeBitCast(trampoline, to: GCallback.self), SignalClosure<Handler>(body))
    }

    /// `void (*)(object, GParamSpec *, data)`, the signal `notify::PROPERTY`
    static func connectNotify(
        _ object: UnsafeMutableRawPointer, _ property: String, _ body: @escaping Handler0
    ) {
        let trampoline: @convention(c) (gpointer?, gpointer?, gpointer?) -> Void = { _, _, data in
            SignalClosure<Handler0>.body(data)?()
        }
        // SAFETY: as above.
        attach(object, "notify::" + property, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `void (*)(object, pointer, data)`
    static func connectPointer(_ object: UnsafeMutableRawPointer, _ name: String, _ body: @escaping HandlerPointer) {
        let trampoline: @convention(c) (gpointer?, gpointer?, gpointer?) -> Void = { _, pointer, data in
            guard let pointer else { return }
            SignalClosure<HandlerPointer>.body(data)?(pointer)
        }
        // SAFETY: as above.
        attach(object, name, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `gboolean (*)(object, pointer, data)`
    static func connectPointerBool(
        _ object: UnsafeMutableRawPointer, _ name: String, _ body: @escaping HandlerPointerBool
    ) {
        let trampoline: @convention(c) (gpointer?, gpointer?, gpointer?) -> gboolean = { _, pointer, data in
            guard let pointer else { return 0 }
            return SignalClosure<HandlerPointerBool>.body(data)?(pointer) == true ? 1 : 0
        }
        // SAFETY: as above.
        attach(object, name, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `gboolean (*)(object, pointer, pointer, data)`
    static func connectPointer2Bool(
        _ object: UnsafeMutableRawPointer, _ name: String, _ body: @escaping HandlerPointer2Bool
    ) {
        let trampoline: @convention(c) (gpointer?, gpointer?, gpointer?, gpointer?) -> gboolean = { _, a, b, data in
            guard let a, let b else { return 0 }
            return SignalClosure<HandlerPointer2Bool>.body(data)?(a, b) == true ? 1 : 0
        }
        // SAFETY: as above.
        attach(object, name, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `void (*)(object, int, data)`
    static func connectInt(_ object: UnsafeMutableRawPointer, _ name: String, _ body: @escaping HandlerInt) {
        let trampoline: @convention(c) (gpointer?, Int32, gpointer?) -> Void = { _, value, data in
            SignalClosure<HandlerInt>.body(data)?(value)
        }
        // SAFETY: as above.
        attach(object, name, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `void (*)(object, int, int, data)`
    static func connectInts(_ object: UnsafeMutableRawPointer, _ name: String, _ body: @escaping HandlerInts) {
        let trampoline: @convention(c) (gpointer?, Int32, Int32, gpointer?) -> Void = { _, a, b, data in
            SignalClosure<HandlerInts>.body(data)?(a, b)
        }
        // SAFETY: as above.
        attach(object, name, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `void (*)(object, int presses, double x, double y, data)`
    static func connectPress(_ object: UnsafeMutableRawPointer, _ name: String, _ body: @escaping HandlerPress) {
        let trampoline: @convention(c) (gpointer?, Int32, Double, Double, gpointer?) -> Void = { _, n, x, y, data in
            SignalClosure<HandlerPress>.body(data)?(Int(n), x, y)
        }
        // SAFETY: as above.
        attach(object, name, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `gboolean (*)(object, int event, char *uri, GError *, data)`, WebKit's `load-failed`
    static func connectLoadFailed(_ object: UnsafeMutableRawPointer, _ body: @escaping HandlerLoadFailed) {
        let trampoline:
            @convention(c) (
                gpointer?, Int32, UnsafePointer<CChar>?, UnsafeMutablePointer<GError>?, gpointer?
            ) -> gboolean = { _, event, uri, error, data in
                guard let uri, let error else { return 0 }
                let handler = SignalClosure<HandlerLoadFailed>.body(data)
                return handler?(event, String(cString: uri), error) == true ? 1 : 0
            }
        // SAFETY: as above.
        attach(object, "load-failed", unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    /// `gboolean (*)(object, pointer, int, data)`, WebKit's `decide-policy`
    static func connectDecision(
        _ object: UnsafeMutableRawPointer, _ name: String, _ body: @escaping HandlerDecision
    ) {
        let trampoline: @convention(c) (gpointer?, gpointer?, Int32, gpointer?) -> gboolean = {
            _, decision, type, data in
            guard let decision else { return 0 }
            return SignalClosure<HandlerDecision>.body(data)?(decision, type) == true ? 1 : 0
        }
        // SAFETY: as above.
        attach(object, name, unsafeBitCast(trampoline, to: GCallback.self), SignalClosure(body))
    }

    private static func attach(
        _ object: UnsafeMutableRawPointer, _ name: String, _ callback: GCallback, _ closure: AnyObject
    ) {
        g_signal_connect_data(
            object, name, callback, Unmanaged.passRetained(closure).toOpaque(),
            { data, _ in
                if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
            },
            GConnectFlags(rawValue: 0))
    }
}
