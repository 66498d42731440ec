internal import KeystoneCore

/// Brings a new window to the place that was asked for.
///
/// A window manager places a window when it starts to manage it, some time after it was mapped, and no event tells when
/// that is over. So the place is looked at for a second at most, and asked for again until it stays.
@MainActor
enum InitialPosition {
    private static let interval = Duration.milliseconds(20)
    private static let attempts = 50
    private static let stableAfter = 8

    static func hold(_ position: Point, of window: GtkHostWindow) {
        Task { [weak window] in
            var stable = 0
            for _ in 0..<attempts where stable < stableAfter {
                do { try await Task.sleep(for: interval) } catch { return }
                // `nil` once someone moved the window on purpose.
                guard let window, !window.isClosed, window.initialPosition == position,
                    let x11 = X11Window(window)
                else { return }
                if x11.contentOrigin() == position {
                    stable += 1
                } else {
                    stable = 0
                    x11.move(contentTo: position)
                }
            }
            window?.initialPosition = nil
        }
    }
}
