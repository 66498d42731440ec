internal import CGtk
internal import KeystoneCore

@MainActor
enum WindowStateReader {
    static func read(_ window: GtkHostWindow) -> WindowState {
        var minimized = false
        if let surface = gtk_native_get_surface(window.widget.unsafeOpaque) {
            minimized = gdk_toplevel_get_state(surface).rawValue & GDK_TOPLEVEL_STATE_MINIMIZED.rawValue != 0
        }
        return WindowState(
            maximized: gtk_window_is_maximized(window.window) != 0,
            minimized: minimized,
            fullscreen: gtk_window_is_fullscreen(window.window) != 0)
    }
}
