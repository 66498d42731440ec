internal import CGtk
internal import Glibc

/// SIGTERM and SIGINT as events of the main loop.
@MainActor
final class TerminationSignals {
    private var sources: [guint] = []

    /// Calls the handler for the first signal; the next one has the signal's own effect, so that a shutdown that hangs
    /// can still be interrupted.
    func handle(_ handler: @escaping @MainActor (Int32) -> Void) {
        for number in [SIGTERM, SIGINT] {
            let closure = SignalClosure<@MainActor () -> Void> { [weak self] in
                self?.removeSources()
                handler(number)
            }
            let source = g_unix_signal_add_full(
                G_PRIORITY_HIGH, number,
                { data in
                    SignalClosure<@MainActor () -> Void>.body(data)?()
                    return 1  // removed by `removeSources`
                },
                Unmanaged.passRetained(closure).toOpaque(),
                { data in
                    if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
                })
            sources.append(source)
        }
    }

    /// GLib restores a signal's default action when its last source goes.
    private func removeSources() {
        for source in sources { g_source_remove(source) }
        sources = []
    }

    isolated deinit {
        removeSources()
    }
}
