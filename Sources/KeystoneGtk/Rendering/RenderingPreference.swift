/// What the configuration or the environment asks for.
package enum RenderingPreference: String, Sendable, CaseIterable {
    /// Decided by what the machine has.
    case auto
    case gpu
    case software
}

/// How pixels are drawn.
package enum RenderingMode: String, Sendable {
    case gpu, software
}
