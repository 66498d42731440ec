package import KeystoneCore

/// The colours and the font of a theme.
package struct Theme: Sendable {
    package var colorScheme: ColorScheme
    package init(colorScheme: ColorScheme) { self.colorScheme = colorScheme }
}
