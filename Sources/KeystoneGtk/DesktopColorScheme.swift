internal import CGtk

/// The setting that GNOME's portal backend answers from: it is there without any other process.
@MainActor
final class DesktopColorScheme {
    private static let schema = "org.gnome.desktop.interface"
    private static let key = "color-scheme"

    var onChange: (@MainActor () -> Void)?
    private let settings: GObjectReference

    /// `nil` where the desktop's schemas aren't installed, or are older than this key: GSettings would end the process.
    init?() {
        guard let source = g_settings_schema_source_get_default(),
            let schema = g_settings_schema_source_lookup(source, Self.schema, 1)
        else { return nil }
        defer { g_settings_schema_unref(schema) }
        guard g_settings_schema_has_key(schema, Self.key) != 0, let settings = g_settings_new(Self.schema) else {
            return nil
        }
        self.settings = GObjectReference(owning: UnsafeMutableRawPointer(settings))
        Signal.connectPointer(self.settings.unsafeObject, "changed::" + Self.key) { [weak self] _ in self?.onChange?() }
    }

    var preference: ColorSchemePreference {
        let settings = self.settings.unsafeObject.assumingMemoryBound(to: GSettings.self)
        return ColorSchemePreference(desktop: takeString(g_settings_get_string(settings, Self.key)) ?? "")
    }
}
