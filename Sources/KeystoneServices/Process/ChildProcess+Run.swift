internal import KeystoneSupport
internal import Synchronization

/// What a short program said.
package struct ChildResult: Sendable {
    package var status: ExitStatus
    package var output: [UInt8]
    package var errorOutput: [UInt8]
}

extension ChildProcess {
    /// Runs a program to its end, with no input, and kills it after the time-out. Of each output the first `limit` bytes
    /// are kept. Throws `SystemError` when it can't be started.
    package static func run(
        _ configuration: ChildConfiguration, timeout: Duration, limit: Int = 1 << 20
    ) async throws -> ChildResult {
        let collected = Collected()
        let handlers = ChildHandlers(
            output: { bytes in collected.bytes.withLock { $0.0 += bytes.prefix(max(0, limit - $0.0.count)) } },
            errorOutput: { bytes in collected.bytes.withLock { $0.1 += bytes.prefix(max(0, limit - $0.1.count)) } },
            exited: { _ in })
        let child = try ChildProcess(configuration, handlers: handlers)
        child.closeInput()
        let status = await child.waitForExit(orKillAfter: timeout)
        let (output, errorOutput) = collected.bytes.withLock { $0 }
        return ChildResult(status: status, output: output, errorOutput: errorOutput)
    }

    private final class Collected: Sendable {
        let bytes = Mutex<([UInt8], [UInt8])>(([], []))
    }
}
