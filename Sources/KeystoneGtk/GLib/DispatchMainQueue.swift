internal import CGtk
internal import Dispatch

/// Serves the dispatch main queue, and with it every `@MainActor` task, from GLib's main loop.
///
/// libdispatch signals an event descriptor whenever the main queue has work. The descriptor counts wake-ups: it has to be
/// read *before* the queue is drained. Left unread, the source stays ready for ever and starves everything of a lower
/// priority, the frame clock first.
@MainActor
enum DispatchMainQueue {
    private static var source: guint = 0

    /// Adds the source to the default main context; the second call does nothing.
    static func attach() {
        guard source == 0 else { return }
        let descriptor = _dispatch_get_main_queue_handle_4CF()
        source = g_unix_fd_add_full(
            G_PRIORITY_DEFAULT, descriptor, G_IO_IN,
            { descriptor, _, _ in
                var wakeUps: UInt64 = 0
                _ = read(descriptor, &wakeUps, MemoryLayout<UInt64>.size)
                _dispatch_main_queue_callback_4CF(nil)
                return gboolean(1)  // G_SOURCE_CONTINUE
            }, nil, nil)
    }
}
