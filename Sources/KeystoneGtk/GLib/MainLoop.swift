internal import CGtk

/// Closures on GLib's main loop.
@MainActor
enum MainLoop {
    /// Calls the closure once, when the loop has nothing more urgent to do.
    static func onIdle(priority: Int32 = G_PRIORITY_DEFAULT, _ body: @escaping @MainActor () -> Void) {
        g_idle_add_full(
            priority,
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
