internal import CGtk
internal import KeystoneCore

/// The style sheets of Keystone's windows.
@MainActor
enum WindowStyle {
    static let windowClass = "keystone-window"
    static let contentClass = "keystone-content"
    static let controlsClass = "keystone-controls"
    static let messageClass = "keystone-message"
    static let cornerRadius = 10

    /// Rules for all windows. The content is clipped to the frame's corners wherever the frame has round ones: not when
    /// it fills its place on the screen, and not without a compositor (GTK then says `solid-csd`).
    private static let sheet = """
        window.\(windowClass).csd { border-radius: \(cornerRadius)px; }
        window.\(windowClass).csd > .\(contentClass) { border-radius: \(cornerRadius)px; }
        window.\(windowClass).maximized, window.\(windowClass).maximized > .\(contentClass),
        window.\(windowClass).fullscreen, window.\(windowClass).fullscreen > .\(contentClass),
        window.\(windowClass).tiled, window.\(windowClass).tiled > .\(contentClass),
        window.\(windowClass).solid-csd, window.\(windowClass).solid-csd > .\(contentClass) { border-radius: 0; }
        window.\(windowClass).solid-csd { box-shadow: none; border-color: transparent; }
        .\(messageClass) { padding: 32px; }
        .\(messageClass) > .title-2 { font-weight: bold; font-size: 130%; }
        .\(controlsClass) { padding: 6px; }
        """

    static func install(on display: OpaquePointer) {
        let provider = gtk_css_provider_new()
        gtk_css_provider_load_from_data(provider, sheet, -1)
        gtk_style_context_add_provider_for_display(
            display, OpaquePointer(provider), guint(GTK_STYLE_PROVIDER_PRIORITY_APPLICATION))
        if let provider { g_object_unref(provider) }
    }

    /// A provider for one widget's background, to be updated through `setBackground`.
    static func addBackgroundProvider(
        to widget: UnsafeMutablePointer<GtkWidget>
    ) -> UnsafeMutablePointer<GtkCssProvider>? {
        let provider = gtk_css_provider_new()
        gtk_style_context_add_provider(
            gtk_widget_get_style_context(widget), OpaquePointer(provider),
            guint(GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1))
        return provider
    }

    static func setBackground(_ color: Color, of provider: UnsafeMutablePointer<GtkCssProvider>) {
        func channel(_ value: Double) -> Int { Int((min(max(value, 0), 1) * 255).rounded()) }
        let alpha = min(max(color.alpha, 0), 1)
        let rgba = "rgba(\(channel(color.red)), \(channel(color.green)), \(channel(color.blue)), \(alpha))"
        gtk_css_provider_load_from_data(provider, "window { background: \(rgba); }", -1)
    }
}
