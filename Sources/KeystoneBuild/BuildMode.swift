/// What a library is compiled for.
package enum BuildMode: String, Sendable, Hashable {
    /// Compiled soonest; finds the toolchain's runtime libraries where they are.
    case development
    /// Optimised, and free of this machine's paths: the runtime comes with the app.
    case release
}
