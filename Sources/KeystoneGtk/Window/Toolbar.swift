internal import CGtk
internal import KeystoneCore

/// A strip of buttons at the window's top. It moves the window as a title bar does, and has the window's own buttons at its
/// ends where the window has any.
@MainActor
final class Toolbar {
    let unsafeWidget: UnsafeMutablePointer<GtkWidget>
    var onPress: (@MainActor (_ action: String) -> Void)?

    private let reference: GObjectReference
    private let row: UnsafeMutablePointer<GtkWidget>

    private static let spacing: Int32 = 4

    init(_ items: [ToolbarItem], controls: WindowControls?) {
        unsafeWidget = gtk_window_handle_new()
        reference = GObjectReference(retaining: unsafeWidget)
        row = ks_toolbar_row_new(Self.spacing)
        gtk_widget_add_css_class(row, WindowStyle.toolbarClass)
        gtk_widget_set_hexpand(row, 1)
        let line: UnsafeMutablePointer<GtkWidget> = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0)
        let box = line.unsafeCast(to: GtkBox.self)
        gtk_box_append(box, row)
        controls?.add(toEndsOf: box)
        gtk_window_handle_set_child(unsafeWidget.unsafeOpaque, line)
        for item in items { add(item) }
    }

    /// Whether the keyboard's focus is on one of the buttons.
    var hasFocus: Bool { gtk_widget_get_focus_child(row) != nil }

    /// Puts the keyboard's focus on the first button. Answers whether there is one.
    func focus() -> Bool { gtk_widget_child_focus(row, GTK_DIR_TAB_FORWARD) != 0 }

    private func add(_ item: ToolbarItem) {
        switch item {
        case .button(let title, let action):
            addButton(title, action)
        case .icon(let symbol, let action, let label):
            let button = addButton(symbol, action)
            gtk_widget_set_tooltip_text(button, label)
            ks_set_accessible_label(button, label)
        case .separator:
            append(gtk_separator_new(GTK_ORIENTATION_VERTICAL))
        }
    }

    @discardableResult
    private func addButton(_ text: String, _ action: String) -> UnsafeMutablePointer<GtkWidget> {
        let button: UnsafeMutablePointer<GtkWidget> = gtk_button_new_with_label(text)
        gtk_widget_add_css_class(button, "flat")
        gtk_widget_set_valign(button, GTK_ALIGN_CENTER)
        // A click leaves the keyboard with the page.
        gtk_widget_set_focus_on_click(button, 0)
        Signal.connect(button, "clicked") { [weak self] in self?.onPress?(action) }
        append(button)
        return button
    }

    private func append(_ widget: UnsafeMutablePointer<GtkWidget>?) {
        gtk_box_append(row.unsafeCast(to: GtkBox.self), widget)
    }
}
