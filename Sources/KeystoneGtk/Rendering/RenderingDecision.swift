internal import CGtk
internal import KeystoneSupport

/// The rendering mode of this process and why it was chosen.
package struct RenderingDecision: Sendable, Hashable, CustomStringConvertible {
    package var mode: RenderingMode
    package var reason: String

    package var description: String { "\(mode.rawValue) (\(reason))" }

    package static func make(preference: RenderingPreference) -> RenderingDecision {
        RenderingDecision(mode: .software, reason: "no GPU found")
    }

    /// Tells GTK and WebKit through their environment; before the toolkit starts.
    package func apply() {
        guard mode == .software else { return }
        g_setenv("GSK_RENDERER", "cairo", 0)
    }
}
