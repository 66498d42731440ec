package import KeystoneCore

/// The colour of every token.
package struct ThemeColors: Sendable, Hashable {
    /// The names are the tokens', without `--ks-`.
    package enum Name: String, Sendable, CaseIterable {
        case bgBase = "bg-base"
        case bgSurface = "bg-surface"
        case bgElevated = "bg-elevated"
        case bgChrome = "bg-chrome"
        case bgStrip = "bg-strip"
        case bgHover = "bg-hover"
        case bgPressed = "bg-pressed"
        case bgButton = "bg-button"
        case bgButtonHover = "bg-button-hover"
        case bgButtonDark = "bg-button-dark"
        case bgMedium = "bg-medium"
        case bgLight = "bg-light"
        case stroke
        case divider
        case accent
        case accentBright = "accent-bright"
        case accentHeader = "accent-header"
        case success
        case warning
        case danger
        case textPrimary = "text-primary"
        case textSecondary = "text-secondary"
        case textMuted = "text-muted"
        case textSubtle = "text-subtle"
    }

    private var values: [Color]

    private init(_ hex: [Name: UInt32]) {
        values = Name.allCases.map { Color(hex: hex[$0] ?? 0xff00ff) }
    }

    package subscript(name: Name) -> Color {
        get { values[ThemeColors.index[name] ?? 0] }
        set { values[ThemeColors.index[name] ?? 0] = newValue }
    }

    private static let index = Dictionary(
        uniqueKeysWithValues: Name.allCases.enumerated().map { ($0.element, $0.offset) })

    package static let dark = ThemeColors([
        .bgBase: 0x16181d, .bgSurface: 0x1d2026, .bgElevated: 0x272b33, .bgChrome: 0x1a1c22, .bgStrip: 0x131519,
        .bgHover: 0x2a2e37, .bgPressed: 0x343944,
        .bgButton: 0x2d323c, .bgButtonHover: 0x383e4a, .bgButtonDark: 0x21252c, .bgMedium: 0x3a404c, .bgLight: 0x4b5260,
        .stroke: 0x3a404b, .divider: 0x2a2e36,
        .accent: 0x6ea8fe, .accentBright: 0x93c0ff, .accentHeader: 0x4a6a9c,
        .success: 0x5fce93, .warning: 0xf0b952, .danger: 0xff7b7b,
        .textPrimary: 0xf0f2f5, .textSecondary: 0xc3c8d1, .textMuted: 0x9aa1ad, .textSubtle: 0x858c99,
    ])

    package static let light = ThemeColors([
        .bgBase: 0xf4f5f7, .bgSurface: 0xffffff, .bgElevated: 0xffffff, .bgChrome: 0xeceef1, .bgStrip: 0xe4e7eb,
        .bgHover: 0xeceff3, .bgPressed: 0xdfe3e9,
        .bgButton: 0xe9ecf0, .bgButtonHover: 0xdfe3e9, .bgButtonDark: 0xd3d8df, .bgMedium: 0xc9cfd8, .bgLight: 0xf0f2f5,
        .stroke: 0xd0d5dd, .divider: 0xe4e7ec,
        .accent: 0x1f63d6, .accentBright: 0x2f74ea, .accentHeader: 0x9dbbee,
        .success: 0x187a45, .warning: 0x8f5a00, .danger: 0xc62f35,
        .textPrimary: 0x181b20, .textSecondary: 0x434a55, .textMuted: 0x5d6572, .textSubtle: 0x69717e,
    ])
}
