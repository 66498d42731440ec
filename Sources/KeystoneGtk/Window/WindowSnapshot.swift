internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore

/// Pictures of windows.
@MainActor
enum WindowSnapshot {
    /// Draws the window's widgets, web content included, with the window's own renderer. WebKit paints a headless window's
    /// page on demand instead.
    static func png(of window: GtkHostWindow) async throws(PlatformError) -> [UInt8] {
        let page = window.headless ? await pageTexture(of: window) : nil
        guard let texture = await texture(of: window, page: page) else {
            throw PlatformError(.failed, "The window \"\(window.title)\" has nothing to show yet.")
        }
        defer { g_object_unref(UnsafeMutableRawPointer(texture)) }
        guard let bytes = gdk_texture_save_to_png_bytes(texture) else {
            throw PlatformError(.failed, "The picture of the window \"\(window.title)\" could not be encoded.")
        }
        defer { g_bytes_unref(bytes) }
        return Bytes.copy(bytes)
    }

    /// A window that is only just shown may need a few frames before there is anything to draw.
    private static func texture(of window: GtkHostWindow, page: GObjectReference?) async -> OpaquePointer? {
        for _ in 0..<8 {
            if !window.headless { await NextFrame.wait(for: window.widget) }
            guard !window.isClosed else { return nil }
            if let texture = draw(window, page: page) { return texture }
        }
        return nil
    }

    private static func draw(_ window: GtkHostWindow, page: GObjectReference?) -> OpaquePointer? {
        // The content alone: a frame that GTK draws for the resize edges is no part of the picture.
        let widget = window.content.widget
        let width = Double(gtk_widget_get_width(widget))
        let height = Double(gtk_widget_get_height(widget))
        guard width > 0, height > 0, let renderer = gtk_native_get_renderer(window.widget.unsafeOpaque),
            let snapshot = gtk_snapshot_new()
        else { return nil }
        fillBackground(snapshot, window, width, height)
        if window.headless {
            if let page { append(page, to: snapshot, width, height) }
        } else if let paintable = gtk_widget_paintable_new(widget) {
            gdk_paintable_snapshot(paintable, snapshot, width, height)
            g_object_unref(UnsafeMutableRawPointer(paintable))
        }
        guard let node = gtk_snapshot_free_to_node(snapshot) else { return nil }
        defer { gsk_render_node_unref(node) }
        return gsk_renderer_render_texture(renderer, node, nil)
    }

    private static func append(
        _ page: GObjectReference, to snapshot: OpaquePointer, _ width: Double, _ height: Double
    ) {
        var area = graphene_rect_t()
        graphene_rect_init(&area, 0, 0, Float(width), Float(height))
        gtk_snapshot_append_texture(snapshot, OpaquePointer(page.unsafeObject), &area)
    }

    private static func pageTexture(of window: GtkHostWindow) async -> GObjectReference? {
        guard let view = window.webView else { return nil }
        return await withCheckedContinuation { continuation in
            webkit_web_view_get_snapshot(
                view.view, WEBKIT_SNAPSHOT_REGION_VISIBLE, WEBKIT_SNAPSHOT_OPTIONS_TRANSPARENT_BACKGROUND, nil,
                { source, result, data in
                    guard let data else { return }
                    let box = Unmanaged<SignalClosure<CheckedContinuation<GObjectReference?, Never>>>
                        .fromOpaque(data).takeRetainedValue()
                    box.body.resume(returning: WindowSnapshot.finish(source, result))
                },
                Unmanaged.passRetained(SignalClosure(continuation)).toOpaque())
        }
    }

    private static func finish(_ source: UnsafeMutablePointer<GObject>?, _ result: OpaquePointer?) -> GObjectReference?
    {
        guard let source else { return nil }
        let view = UnsafeMutableRawPointer(source).assumingMemoryBound(to: WebKitWebView.self)
        // Without a picture of the page the background is what there is to show.
        guard let texture = try? GLibError.check({ webkit_web_view_get_snapshot_finish(view, result, $0) }) else {
            return nil
        }
        return GObjectReference(owning: UnsafeMutableRawPointer(texture))
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
