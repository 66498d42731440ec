internal import CGtk
internal import KeystoneCore

/// Pictures of windows.
@MainActor
enum WindowSnapshot {
    /// Draws the window's widgets, web content included, with the window's own renderer.
    static func png(of window: GtkHostWindow) async throws(PlatformError) -> [UInt8] {
        guard let texture = texture(of: window) else {
            throw PlatformError(.failed, "The window \"\(window.title)\" has nothing to show yet.")
        }
        defer { g_object_unref(UnsafeMutableRawPointer(texture)) }
        guard let bytes = gdk_texture_save_to_png_bytes(texture) else {
            throw PlatformError(.failed, "The picture of the window \"\(window.title)\" could not be encoded.")
        }
        defer { g_bytes_unref(bytes) }
        return Bytes.copy(bytes)
    }

    private static func texture(of window: GtkHostWindow) -> OpaquePointer? {
        let widget = window.headless ? window.content.widget : window.widget
        let width = Double(gtk_widget_get_width(widget))
        let height = Double(gtk_widget_get_height(widget))
        guard width > 0, height > 0, let paintable = gtk_widget_paintable_new(widget) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(paintable)) }
        guard let snapshot = gtk_snapshot_new() else { return nil }
        if window.headless { fillBackground(snapshot, window, width, height) }
        gdk_paintable_snapshot(paintable, snapshot, width, height)
        guard let node = gtk_snapshot_free_to_node(snapshot) else { return nil }
        defer { gsk_render_node_unref(node) }
        guard let renderer = gtk_native_get_renderer(window.widget.unsafeOpaque) else { return nil }
        return gsk_renderer_render_texture(renderer, node, nil)
    }

    /// The window's own background isn't drawn where only the content is.
    private static func fillBackground(
        _ snapshot: OpaquePointer, _ window: GtkHostWindow, _ width: Double, _ height: Double
    ) {
        let color = window.background
        var rgba = GdkRGBA(
            red: Float(color.red), green: Float(color.green), blue: Float(color.blue), alpha: Float(color.alpha))
        var area = graphene_rect_t()
        graphene_rect_init(&area, 0, 0, Float(width), Float(height))
        gtk_snapshot_append_color(snapshot, &rgba, &area)
    }
}
