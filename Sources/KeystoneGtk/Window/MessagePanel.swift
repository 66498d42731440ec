internal import CGtk
internal import KeystoneCore

/// A title and a paragraph in the middle of the window, on the window's own background.
@MainActor
final class MessagePanel {
    let unsafeWidget: UnsafeMutablePointer<GtkWidget>
    private let reference: GObjectReference

    init(_ message: PlatformMessage, background: Color) {
        unsafeWidget = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12)
        reference = GObjectReference(retaining: unsafeWidget)
        gtk_widget_add_css_class(unsafeWidget, WindowStyle.messageClass)
        if let provider = WindowStyle.addBackgroundProvider(to: unsafeWidget) {
            WindowStyle.setBackground(background, of: provider)
            g_object_unref(provider)
        }
        add(message.title, cssClass: "title-2")
        add(message.detail, cssClass: "dim-label")
    }

    private func add(_ text: String, cssClass: String) {
        guard !text.isEmpty, let label = gtk_label_new(text) else { return }
        let pointer = OpaquePointer(label)
        gtk_label_set_wrap(pointer, 1)
        gtk_label_set_max_width_chars(pointer, 60)
        gtk_label_set_justify(pointer, GTK_JUSTIFY_CENTER)
        gtk_label_set_selectable(pointer, 1)
        gtk_widget_add_css_class(label, cssClass)
        gtk_widget_set_halign(label, GTK_ALIGN_CENTER)
        let isFirst = gtk_widget_get_first_child(unsafeWidget) == nil
        if isFirst {
            gtk_widget_set_vexpand(label, 1)
            gtk_widget_set_valign(label, GTK_ALIGN_END)
        } else {
            gtk_widget_set_vexpand(label, 1)
            gtk_widget_set_valign(label, GTK_ALIGN_START)
        }
        gtk_box_append(unsafeWidget.unsafeCast(to: GtkBox.self), label)
    }
}
