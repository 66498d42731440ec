internal import CGtk

/// Closures on GLib's main loop.
@MainActor
enum MainLoop {
    /// Calls the closure once, when the loop has nothing more urgent to do.
    static func onIdle(_ body: @escaping @MainActor () -> Void) {
        g_idle_add_full(
            G_PRIORITY_DEFAULT,
            { data in
                SignalClosure<@MainActor () -> Void>.body(data)?()
                return 0  // G_SOURCE_REMOVE
            },
            Unmanaged.passRetained(SignalClosure(body)).toOpaque(),
            { data in
                if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
            })
    }
}
