internal import CGtk
internal import KeystoneCore

/// The system's colour scheme: the desktop portal's setting, or GTK's own where no portal answers.
@MainActor
final class ColorSchemeMonitor {
    private(set) var current = ColorScheme.light
    var onChange: (@MainActor (ColorScheme) -> Void)?
}
