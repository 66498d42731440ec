internal import KeystoneCore
internal import KeystoneGtk

/// The way on where the GPU's driver fails: no GPU, for this run and, remembered, for the next ones on this machine.
@MainActor
final class SafeRendering {
    /// Nothing safer is left to try.
    private(set) var isSafe: Bool
    private let environment: any WebEnvironment

    init(mode: RenderingMode, environment: any WebEnvironment) {
        isSafe = mode == .software
        self.environment = environment
    }

    func use(reason: String) {
        isSafe = true
        environment.useSafeRendering()
        RenderingMode.rememberSafe(reason: reason)
    }
}
