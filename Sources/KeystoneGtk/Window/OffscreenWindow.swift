internal import CGtk
internal import KeystoneCore

/// Makes WebKit run in a window that is never shown.
///
/// WebKit throttles timers and stops animation frames of a view that isn't mapped. A headless window is therefore
/// realized and its content mapped and laid out, while its toplevel surface never is: the window system never sees it.
@MainActor
enum OffscreenWindow {
    static func realize(_ window: GtkHostWindow, size: Size) {
        gtk_widget_realize(window.widget)
        allocate(window, size: size)
    }

    /// Maps what has been added to the content since.
    static func map(_ window: GtkHostWindow) {
        gtk_widget_map(window.content.widget)
        allocate(window, size: window.content.size)
    }

    /// The toplevel doesn't know that its content is mapped.
    static func unmap(_ window: GtkHostWindow) {
        gtk_widget_unmap(window.content.widget)
    }

    static func allocate(_ window: GtkHostWindow, size: Size) {
        let content = window.content.widget
        gtk_widget_measure(content, GTK_ORIENTATION_HORIZONTAL, -1, nil, nil, nil, nil)
        gtk_widget_measure(content, GTK_ORIENTATION_VERTICAL, -1, nil, nil, nil, nil)
        gtk_widget_allocate(content, Int32(size.width), Int32(size.height), -1, nil)
    }
}
