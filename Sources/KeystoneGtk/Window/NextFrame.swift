internal import CGtk

/// Waits until a widget's window has been drawn once more, and tells whether it was.
@MainActor
final class NextFrame {
    /// A surface that is hidden or covered may get no frames at all.
    private static let patience: guint = 250  // milliseconds

    private var continuation: CheckedContinuation<Bool, Never>?

    @discardableResult
    static func wait(for widget: UnsafeMutablePointer<GtkWidget>) async -> Bool {
        let frame = NextFrame()
        return await withCheckedContinuation { continuation in
            frame.continuation = continuation
            gtk_widget_add_tick_callback(
                widget,
                { _, _, data in
                    SignalClosure<NextFrame>.body(data)?.finish(drawn: true)
                    return 0
                }, Unmanaged.passRetained(SignalClosure(frame)).toOpaque(),
                { data in
                    if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
                })
            g_timeout_add_full(
                G_PRIORITY_DEFAULT, patience,
                { data in
                    SignalClosure<NextFrame>.body(data)?.finish(drawn: false)
                    return 0
                }, Unmanaged.passRetained(SignalClosure(frame)).toOpaque(),
                { data in
                    if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
                })
        }
    }

    /// The tick comes first in a frame; whoever waits goes on after the frame.
    private func finish(drawn: Bool) {
        continuation?.resume(returning: drawn)
        continuation = nil
    }
}
