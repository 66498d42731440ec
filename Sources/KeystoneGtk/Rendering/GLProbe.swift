internal import Glibc

/// Asks which GL driver the machine has, in a child process: a driver may crash, and the host must not carry Mesa's
/// memory in software mode.
///
/// The child is this program itself. Its `main` has to begin with `GLProbe.runIfRequested()`.
package enum GLProbe {
    enum Answer: Sendable {
        case renderer(String)
        case failed(String)
        /// The program does not serve the probe.
        case notAsked
    }

    static let variable = "KEYSTONE_GL_PROBE"
    private static let patience: Int32 = 3000  // milliseconds

    /// SAFETY: written by `runIfRequested` at the very start of `main`, before any thread, read on the main thread.
    nonisolated(unsafe) private static var isServed = false

    /// In the probe's child: answers on standard output and ends the process. Otherwise returns at once.
    package static func runIfRequested() {
        isServed = true
        guard getenv(variable) != nil else { return }
        let answer: String
        switch EGLDriver.renderer() {
        case .success(let name): answer = "R" + name
        case .failure(let problem): answer = "F" + problem.message
        }
        _ = Array(answer.utf8).withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        _exit(0)
    }

    static func isSoftware(_ renderer: String) -> Bool {
        let name = renderer.lowercased()
        return ["llvmpipe", "softpipe", "swrast", "swiftshader", "software"].contains { name.contains($0) }
    }

    static func ask() -> Answer {
        guard isServed else { return .notAsked }
        guard let child = ProbeChild.start(variable) else { return .failed("the probe could not be started") }
        guard let output = child.output(within: patience) else { return .failed("no answer within 3 s") }
        switch output.first {
        case "R": return .renderer(String(output.dropFirst()))
        case "F": return .failed(String(output.dropFirst()))
        default: return .failed("the driver ended the probe")
        }
    }
}
