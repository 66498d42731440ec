internal import CGtk
internal import KeystoneCore

/// GTK's own choice of a light or dark theme, and making GTK follow the desktop's.
@MainActor
final class GtkColorScheme {
    private static let preferDark = "gtk-application-prefer-dark-theme"
    private static let themeName = "gtk-theme-name"

    var onChange: (@MainActor () -> Void)?
    private let settings: OpaquePointer
    /// GTK has been told what to prefer: its setting is ours and no longer the user's.
    private var isFollowing = false
    private var isTelling = false

    init?() {
        guard let settings = gtk_settings_get_default() else { return nil }
        self.settings = settings
        for property in [Self.preferDark, Self.themeName] {
            Signal.connectNotify(UnsafeMutableRawPointer(settings), property) { [weak self] in
                guard let self, !isTelling else { return }
                onChange?()
            }
        }
    }

    /// What GTK looks like by itself.
    var own: ColorScheme {
        if !isFollowing, value(of: Self.preferDark, type: GTypeID.boolean, { g_value_get_boolean(&$0) }) != 0 {
            return .dark
        }
        let name = value(of: Self.themeName, type: GTypeID.string) {
            g_value_get_string(&$0).map { String(cString: $0).lowercased() } ?? ""
        }
        return name.hasSuffix("-dark") ? .dark : .light
    }

    /// Window buttons and menus are GTK's and have to match; `nil` gives GTK its own choice back.
    func follow(_ scheme: ColorScheme?) {
        isTelling = true
        defer { isTelling = false }
        guard let scheme else {
            if isFollowing { gtk_settings_reset_property(settings, Self.preferDark) }
            isFollowing = false
            return
        }
        isFollowing = true
        var value = GValue()
        g_value_init(&value, GTypeID.boolean)
        defer { g_value_unset(&value) }
        g_value_set_boolean(&value, scheme == .dark ? 1 : 0)
        g_object_set_property(object, Self.preferDark, &value)
    }

    private var object: UnsafeMutablePointer<GObject> {
        UnsafeMutableRawPointer(settings).assumingMemoryBound(to: GObject.self)
    }

    private func value<Result>(of property: String, type: GType, _ read: (inout GValue) -> Result) -> Result {
        var value = GValue()
        g_value_init(&value, type)
        defer { g_value_unset(&value) }
        g_object_get_property(object, property, &value)
        return read(&value)
    }
}
