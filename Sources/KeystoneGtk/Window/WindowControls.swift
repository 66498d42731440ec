internal import CGtk
internal import KeystoneCore

/// The window's buttons at the content's top corners, on the sides that the desktop's settings name.
@MainActor
final class WindowControls {
    private let start: GObjectReference
    private let end: GObjectReference

    init() {
        start = Self.make(GTK_PACK_START, GTK_ALIGN_START)
        end = Self.make(GTK_PACK_END, GTK_ALIGN_END)
    }

    /// Measured, since themes differ.
    var insets: WindowInsets {
        let left = Self.size(of: start)
        let right = Self.size(of: end)
        return WindowInsets(top: max(left.height, right.height), left: left.width, right: right.width)
    }

    func add(to overlay: OpaquePointer) {
        for side in [start, end] { gtk_overlay_add_overlay(overlay, Self.widget(side)) }
    }

    /// Puts them at both ends of a row, where they lie over nothing.
    func add(toEndsOf box: UnsafeMutablePointer<GtkBox>) {
        gtk_box_prepend(box, Self.widget(start))
        gtk_box_append(box, Self.widget(end))
        for side in [start, end] { gtk_widget_set_valign(Self.widget(side), GTK_ALIGN_CENTER) }
    }

    /// Puts the buttons above everything else in the overlay.
    func raise(in overlay: UnsafeMutablePointer<GtkWidget>) {
        for side in [start, end] { gtk_widget_insert_before(Self.widget(side), overlay, nil) }
    }

    private static func widget(_ reference: GObjectReference) -> UnsafeMutablePointer<GtkWidget> {
        reference.unsafeObject.assumingMemoryBound(to: GtkWidget.self)
    }

    private static func make(_ side: GtkPackType, _ align: GtkAlign) -> GObjectReference {
        let controls: UnsafeMutablePointer<GtkWidget> = gtk_window_controls_new(side)
        gtk_widget_add_css_class(controls, WindowStyle.controlsClass)
        gtk_widget_set_halign(controls, align)
        gtk_widget_set_valign(controls, GTK_ALIGN_START)
        return GObjectReference(retaining: controls)
    }

    private static func size(of side: GObjectReference) -> Size {
        guard gtk_window_controls_get_empty(OpaquePointer(side.unsafeObject)) == 0 else {
            return Size(width: 0, height: 0)
        }
        var natural = GtkRequisition()
        gtk_widget_get_preferred_size(widget(side), nil, &natural)
        return Size(width: Double(natural.width), height: Double(natural.height))
    }
}
