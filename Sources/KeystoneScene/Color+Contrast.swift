internal import Glibc
package import KeystoneCore

extension Color {
    /// `#rrggbb`, or `#rrggbbaa` when it is not opaque.
    package var cssValue: String {
        let components = alpha < 1 ? [red, green, blue, alpha] : [red, green, blue]
        return "#"
            + components.map { component in
                let value = Int((min(1, max(0, component)) * 255).rounded())
                return (value < 16 ? "0" : "") + String(value, radix: 16)
            }.joined()
    }

    /// WCAG 2.2, "relative luminance".
    package var luminance: Double {
        func linear(_ component: Double) -> Double {
            component <= 0.04045 ? component / 12.92 : pow((component + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// WCAG 2.2, "contrast ratio": from 1 to 21.
    package func contrast(with other: Color) -> Double {
        let (a, b) = (luminance, other.luminance)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    /// This colour moved towards another, by a share from 0 to 1, in sRGB.
    package func mixed(with other: Color, by share: Double) -> Color {
        func mix(_ a: Double, _ b: Double) -> Double { a + (b - a) * share }
        return Color(
            red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue),
            alpha: mix(alpha, other.alpha))
    }
}
