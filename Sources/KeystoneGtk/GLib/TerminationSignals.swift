internal import CGtk
internal import Glibc

/// SIGTERM and SIGINT as events of the main loop.
@MainActor
final class TerminationSignals {
    private var sources: [guint] = []

    /// Calls the handler on each of the signals, while the main loop runs.
    func handle(_ handler: @escaping @MainActor () -> Void) {
        for number in [SIGTERM, SIGINT] {
            let source = g_unix_signal_add_full(
                G_PRIORITY_HIGH, number,
                { data in
                    SignalClosure<@MainActor () -> Void>.body(data)?()
                    return 1  // G_SOURCE_CONTINUE
                },
                Unmanaged.passRetained(SignalClosure(handler)).toOpaque(),
                { data in
                    if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
                })
            sources.append(source)
        }
    }

    isolated deinit {
        for source in sources { g_source_remove(source) }
    }
}
