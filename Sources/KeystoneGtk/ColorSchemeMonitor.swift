internal import CGtk
internal import KeystoneCore

/// The system's colour scheme: the desktop portal's setting, or GTK's own where no portal answers.
///
/// GTK's value is there at once; the portal is asked in the background, so that a slow one doesn't delay the start.
@MainActor
final class ColorSchemeMonitor {
    private(set) var current: ColorScheme
    var onChange: (@MainActor (ColorScheme) -> Void)?

    private let settings: UnsafeMutableRawPointer?
    private var portal: SettingsPortal?
    /// What the portal said; `nil` while it hasn't, or where the user has no preference.
    private var portalScheme: ColorScheme?

    init() {
        settings = gtk_settings_get_default().map { UnsafeMutableRawPointer($0) }
        current = Self.gtkScheme(settings)
        if let settings {
            for property in ["gtk-application-prefer-dark-theme", "gtk-theme-name"] {
                Signal.connectNotify(settings, property) { [weak self] in self?.update() }
            }
        }
        portal = SettingsPortal { [weak self] value in self?.portalSaid(value) }
    }

    /// The portal's `org.freedesktop.appearance color-scheme`: 0 no preference, 1 dark, 2 light.
    func portalSaid(_ value: UInt32) {
        portalScheme = value == 1 ? .dark : value == 2 ? .light : nil
        if let portalScheme { followWithGtk(portalScheme) }
        update()
    }

    private func update() {
        let scheme = portalScheme ?? Self.gtkScheme(settings)
        guard scheme != current else { return }
        current = scheme
        onChange?(scheme)
    }

    /// The window buttons are GTK's and have to match.
    private func followWithGtk(_ scheme: ColorScheme) {
        guard let settings else { return }
        var value = GValue()
        g_value_init(&value, GTypeID.boolean)
        defer { g_value_unset(&value) }
        g_value_set_boolean(&value, scheme == .dark ? 1 : 0)
        g_object_set_property(
            settings.assumingMemoryBound(to: GObject.self), "gtk-application-prefer-dark-theme", &value)
    }

    private static func gtkScheme(_ settings: UnsafeMutableRawPointer?) -> ColorScheme {
        guard let object = settings?.assumingMemoryBound(to: GObject.self) else { return .light }
        var dark = GValue()
        g_value_init(&dark, GTypeID.boolean)
        defer { g_value_unset(&dark) }
        g_object_get_property(object, "gtk-application-prefer-dark-theme", &dark)
        if g_value_get_boolean(&dark) != 0 { return .dark }
        var theme = GValue()
        g_value_init(&theme, GTypeID.string)
        defer { g_value_unset(&theme) }
        g_object_get_property(object, "gtk-theme-name", &theme)
        let name = g_value_get_string(&theme).map { String(cString: $0).lowercased() } ?? ""
        return name.hasSuffix("-dark") ? .dark : .light
    }
}
