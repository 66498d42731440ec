internal import CGtk
internal import KeystoneCore

/// The system's colour scheme: what the desktop portal says, else the desktop's own setting, else GTK's theme.
///
/// The first window is already drawn in it, so it is looked up before: a portal that runs is asked and answers in some
/// milliseconds, one that would have to be started isn't waited for. What it says later counts then.
@MainActor
final class ColorSchemeMonitor {
    private(set) var current = ColorScheme.light
    var onChange: (@MainActor (ColorScheme) -> Void)?

    private let gtk = GtkColorScheme()
    private let desktop = DesktopColorScheme()
    private var portal: SettingsPortal?
    /// What the portal said; `nil` while it hasn't.
    private var portalPreference: ColorSchemePreference?

    init() {
        portalPreference = SettingsPortal.valueAtStart().map(ColorSchemePreference.init(portal:))
        current = decide()
        gtk?.onChange = { [weak self] in self?.update() }
        desktop?.onChange = { [weak self] in self?.update() }
        portal = SettingsPortal { [weak self] value in
            self?.portalPreference = ColorSchemePreference(portal: value)
            self?.update()
        }
    }

    private func update() {
        let scheme = decide()
        guard scheme != current else { return }
        current = scheme
        onChange?(scheme)
    }

    private func decide() -> ColorScheme {
        // Where a portal answers, its "no preference" counts more than a setting that no portal vouches for.
        let scheme = (portalPreference ?? desktop?.preference)?.scheme
        gtk?.follow(scheme)
        return scheme ?? gtk?.own ?? .light
    }
}

/// What the user prefers: one scheme, or whatever programs look like by themselves.
enum ColorSchemePreference: Hashable {
    case none
    case preferred(ColorScheme)

    /// The portal's `org.freedesktop.appearance color-scheme`: 0 no preference, 1 dark, 2 light.
    init(portal value: UInt32) {
        self = value == 1 ? .preferred(.dark) : value == 2 ? .preferred(.light) : .none
    }

    /// The nick of `org.gnome.desktop.interface color-scheme`.
    init(desktop nick: String) {
        self = nick == "prefer-dark" ? .preferred(.dark) : nick == "prefer-light" ? .preferred(.light) : .none
    }

    var scheme: ColorScheme? {
        if case .preferred(let scheme) = self { scheme } else { nil }
    }
}
