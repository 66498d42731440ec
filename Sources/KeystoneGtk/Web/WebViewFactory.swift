internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore

/// Makes and sets up the GObject behind a web view.
@MainActor
enum WebViewFactory {
    static func make(
        _ environment: WebKitEnvironment, contentManager: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<GtkWidget> {
        let properties: [(name: StaticString, object: UnsafeMutableRawPointer)] = [
            ("web-context", environment.contextReference.unsafeObject),
            ("network-session", environment.sessionReference.unsafeObject),
            ("user-content-manager", contentManager),
        ]
        var values = properties.map { property in
            var value = GValue()
            g_value_init(&value, GTypeID.object)
            g_value_set_object(&value, property.object)
            return value
        }
        defer { for index in values.indices { g_value_unset(&values[index]) } }
        var names: [UnsafePointer<CChar>?] = properties.map {
            UnsafeRawPointer($0.name.utf8Start).assumingMemoryBound(to: CChar.self)
        }
        let object = g_object_new_with_properties(WebViewType.gType, guint(names.count), &names, &values)
        guard let object else { preconditionFailure("GObject can't make a web view") }
        return UnsafeMutableRawPointer(object).assumingMemoryBound(to: GtkWidget.self)
    }

    static func configure(_ view: UnsafeMutablePointer<WebKitWebView>, _ environment: WebKitEnvironment) {
        var clear = GdkRGBA(red: 0, green: 0, blue: 0, alpha: 0)
        webkit_web_view_set_background_color(view, &clear)
        let settings = webkit_web_view_get_settings(view)
        let developerTools = gboolean(environment.options.developerTools ? 1 : 0)
        webkit_settings_set_enable_developer_extras(settings, developerTools)
        webkit_settings_set_hardware_acceleration_policy(
            settings,
            environment.rendering == .software
                ? WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER : WEBKIT_HARDWARE_ACCELERATION_POLICY_ALWAYS)
        webkit_settings_set_enable_back_forward_navigation_gestures(settings, 0)
        webkit_settings_set_javascript_can_open_windows_automatically(settings, 0)
        let showsMenu = environment.options.developerTools
        Signal.connectPointer2Bool(view, "context-menu") { _, _ in !showsMenu }
    }
}
