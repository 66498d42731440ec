internal import Glibc
internal import KeystoneBuild
internal import KeystoneServices
internal import Synchronization

/// The compiler as a child of the host.
enum CompilerProcess {
    /// A plugin takes a second; what takes this long hangs.
    private static let timeout = Duration.seconds(300)
    /// For an end after the build was cancelled.
    private static let grace = Duration.seconds(2)
    /// Of what it prints.
    private static let limit = 4 << 20

    /// Runs it with these variables. A cancelled build ends it.
    static func runner(environment: [String: String]) -> CompilerRunner {
        { command in
            try Task.checkCancellation()
            let printed = Printed()
            let child = try ChildProcess(
                ChildConfiguration(
                    executable: command.executable, arguments: command.arguments, environment: environment,
                    directory: command.directory),
                handlers: ChildHandlers(
                    output: { printed.add($0) }, errorOutput: { printed.add($0) }, exited: { _ in }))
            child.closeInput()
            let status = await withTaskCancellationHandler {
                await child.waitForExit(orKillAfter: timeout)
            } onCancel: {
                // The driver's processes have groups of their own; it ends them when it is interrupted.
                child.signalGroup(SIGINT)
                Task { await child.waitForExit(orKillAfter: grace) }
            }
            try Task.checkCancellation()
            return CompilerOutput(status: status.code, text: printed.text)
        }
    }

    private final class Printed: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        func add(_ more: ArraySlice<UInt8>) { bytes.withLock { $0 += more.prefix(max(0, limit - $0.count)) } }

        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }
}
