import KeystoneCore
import KeystoneScene
import Testing

@Suite struct ThemeTests {
    static let schemes = [ColorScheme.light, .dark]

    @Test func hasEveryTokenOfTheDocumentation() {
        let names = [
            "bg-base", "bg-surface", "bg-elevated", "bg-chrome", "bg-strip", "bg-hover", "bg-pressed", "bg-button",
            "bg-button-hover", "bg-button-dark", "bg-medium", "bg-light", "stroke", "divider", "accent",
            "accent-bright", "accent-header", "success", "warning", "danger", "text-primary", "text-secondary",
            "text-muted", "text-subtle", "font",
        ]
        for theme in ThemeTests.schemes.map(Theme.for) { #expect(theme.tokens.map(\.name) == names) }
    }

    @Test(arguments: schemes) func textIsReadable(scheme: ColorScheme) {
        let theme = Theme.for(scheme)
        let texts: [ThemeColors.Name] = [.textPrimary, .textSecondary, .textMuted, .textSubtle]
        let status: [ThemeColors.Name] = [.accent, .success, .warning, .danger]
        for text in texts + status {
            for surface in [ThemeColors.Name.bgBase, .bgSurface] {
                let ratio = theme.colors[text].contrast(with: theme.colors[surface])
                #expect(ratio >= 4.5, "\(text) on \(surface), \(theme.colorScheme): \(ratio)")
            }
        }
        let raised: [ThemeColors.Name] = [
            .bgElevated, .bgChrome, .bgStrip, .bgHover, .bgPressed, .bgButton, .bgButtonHover,
        ]
        for text in [ThemeColors.Name.textPrimary, .textSecondary] {
            for surface in raised {
                let ratio = theme.colors[text].contrast(with: theme.colors[surface])
                #expect(ratio >= 4.5, "\(text) on \(surface), \(theme.colorScheme): \(ratio)")
            }
        }
    }

    @Test func schemesDiffer() {
        #expect(Theme.for(.dark) == .dark && Theme.for(.light) == .light)
        #expect(Theme.dark.windowBackground.luminance < 0.05)
        #expect(Theme.light.windowBackground.luminance > 0.8)
    }

    @Test func contrastFollowsWCAG() {
        #expect(abs(Color(hex: 0xffffff).contrast(with: Color(hex: 0x000000)) - 21) < 0.001)
        #expect(abs(Color(hex: 0x777777).contrast(with: Color(hex: 0xffffff)) - 4.478) < 0.01)
    }

    @Test func coloursAreWrittenAsCSS() {
        #expect(Color(hex: 0x0a1b2c).cssValue == "#0a1b2c")
        #expect(Color(hex: 0xff0000, alpha: 0.5).cssValue == "#ff000080")
    }

    @Test(arguments: schemes, [0x000000, 0xffffff, 0xffff00, 0x3584e4] as [UInt32])
    func anyAccentStandsOut(scheme: ColorScheme, accent: UInt32) {
        let theme = Theme.for(scheme)
        let changed = theme.withAccent(Color(hex: accent))
        #expect(changed.colors[.accent].contrast(with: changed.colors[.bgSurface]) >= 3)
        #expect(changed.colors[.textPrimary] == theme.colors[.textPrimary])
    }
}
