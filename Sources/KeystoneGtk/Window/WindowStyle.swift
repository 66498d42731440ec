internal import CGtk
internal import KeystoneCore

/// The style sheets of Keystone's windows.
@MainActor
enum WindowStyle {
    static let windowClass = "keystone-window"
    static let contentClass = "keystone-content"
    static let controlsClass = "keystone-controls"
    static let toolbarClass = "keystone-toolbar"
    static let messageClass = "keystone-message"
    /// Whether the window's background is dark or light: its buttons are drawn over it, whatever GTK's own theme is.
    static let darkClass = "keystone-dark"
    static let lightClass = "keystone-light"
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
        window.\(windowClass).solid-csd.maximized, window.\(windowClass).solid-csd.fullscreen { padding: 0; border: none; }
        .\(messageClass) { padding: 32px; }
        .\(messageClass) > .title-2 { font-weight: bold; font-size: 130%; }
        .\(messageClass) > .dim-label { opacity: 0.8; }
        window.\(darkClass) .\(messageClass) { color: #ffffff; }
        window.\(lightClass) .\(messageClass) { color: #2e3436; }
        window.\(darkClass) .\(controlsClass) button { color: #ffffff; }
        window.\(lightClass) .\(controlsClass) button { color: #2e3436; }
        .\(controlsClass) { padding: 6px; }
        .\(toolbarClass) { padding: 4px 6px; }
        window.\(darkClass) .\(toolbarClass) button { color: #ffffff; }
        window.\(lightClass) .\(toolbarClass) button { color: #2e3436; }
        """

    static func install(on display: OpaquePointer) {
        let provider = gtk_css_provider_new()
        gtk_css_provider_load_from_data(provider, sheet, -1)
        gtk_style_context_add_provider_for_display(
            display, OpaquePointer(provider), guint(GTK_STYLE_PROVIDER_PRIORITY_APPLICATION))
        if let provider { g_object_unref(provider) }
    }

    /// What the frame takes of a window's own size on both sides together: nothing where the shadow lies outside, a few
    /// points for the resize edges where there is no compositor.
    static func frameSize(of window: UnsafeMutablePointer<GtkWidget>) -> Size {
        let style = gtk_widget_get_style_context(window)
        var padding = GtkBorder()
        var border = GtkBorder()
        gtk_style_context_get_padding(style, &padding)
        gtk_style_context_get_border(style, &border)
        return Size(
            width: Double(padding.left + padding.right + border.left + border.right),
            height: Double(padding.top + padding.bottom + border.top + border.bottom))
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

    /// Marks the window as dark or light by the luminance of its background.
    static func setContrast(of window: UnsafeMutablePointer<GtkWidget>, over color: Color) {
        let luminance = 0.2126 * color.red + 0.7152 * color.green + 0.0722 * color.blue
        let isDark = luminance < 0.5
        gtk_widget_remove_css_class(window, isDark ? lightClass : darkClass)
        gtk_widget_add_css_class(window, isDark ? darkClass : lightClass)
    }

    static func setBackground(_ color: Color, of provider: UnsafeMutablePointer<GtkCssProvider>) {
        func channel(_ value: Double) -> Int { Int((min(max(value, 0), 1) * 255).rounded()) }
        let alpha = min(max(color.alpha, 0), 1)
        let rgba = "rgba(\(channel(color.red)), \(channel(color.green)), \(channel(color.blue)), \(alpha))"
        gtk_css_provider_load_from_data(provider, "* { background: \(rgba); }", -1)
    }
}
