package import KeystoneCore

/// One custom property of the page: `--ks-` and the name.
package struct ThemeToken: Sendable, Hashable {
    /// For example `bg-base`.
    package var name: String
    /// A CSS value, for example `#1e1e2e`.
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// The colours and the font of the app, for pages (as `--ks-…` custom properties) and for native content.
package struct Theme: Sendable, Hashable {
    package var colorScheme: ColorScheme
    package var colors: ThemeColors
    /// A CSS font stack.
    package var font: String

    package init(colorScheme: ColorScheme, colors: ThemeColors, font: String = Theme.systemFont) {
        self.colorScheme = colorScheme
        self.colors = colors
        self.font = font
    }

    package static let systemFont =
        "system-ui, \"Adwaita Sans\", Cantarell, Inter, \"Noto Sans\", \"DejaVu Sans\", sans-serif"

    package static let light = Theme(colorScheme: .light, colors: .light)
    package static let dark = Theme(colorScheme: .dark, colors: .dark)

    package static func `for`(_ colorScheme: ColorScheme) -> Theme {
        colorScheme == .dark ? .dark : .light
    }

    /// What a window shows before any content is there.
    package var windowBackground: Color { colors[.bgBase] }

    /// All tokens in the order of the documentation, the font last.
    package var tokens: [ThemeToken] {
        ThemeColors.Name.allCases.map { ThemeToken(name: $0.rawValue, value: colors[$0].cssValue) }
            + [ThemeToken(name: "font", value: font)]
    }

    /// The same theme with another accent; the brighter and the header's shade follow from it.
    ///
    /// The accent is moved towards black or white as far as it takes to stand out from the surface (3:1, as WCAG 1.4.11
    /// asks of controls), so that any colour that the desktop offers works.
    package func withAccent(_ accent: Color) -> Theme {
        var theme = self
        let target = colorScheme == .dark ? Color(hex: 0xffffff) : Color(hex: 0x000000)
        let solid = Color(red: accent.red, green: accent.green, blue: accent.blue)
        var chosen = solid
        var step = 0.0
        while chosen.contrast(with: colors[.bgSurface]) < 3, step < 1 {
            step += 0.05
            chosen = solid.mixed(with: target, by: step)
        }
        theme.colors[.accent] = chosen
        theme.colors[.accentBright] = chosen.mixed(with: target, by: 0.25)
        theme.colors[.accentHeader] = chosen.mixed(with: colors[.bgChrome], by: 0.35)
        return theme
    }
}
