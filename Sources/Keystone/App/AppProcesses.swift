internal import KeystoneProtocol
internal import KeystoneServices
internal import Synchronization

/// The app's processes, as code on any thread finds them: there from the app's start, known a little later.
final class AppProcesses: Sendable {
    private let state = Mutex<(main: BunConnection?, workers: WorkerManager)>(
        (nil, WorkerManager(configured: [], launcher: nil)))

    /// Empty for an app without a Bun side.
    var workers: WorkerManager { state.withLock { $0.workers } }

    func connect(_ main: BunConnection, _ workers: WorkerManager) {
        state.withLock { $0 = (main, workers) }
    }

    /// The way to main Bun. Throws `UNAVAILABLE` where the app has none.
    func connection() throws(WireError) -> BunConnection {
        guard let main = state.withLock({ $0.main }) else {
            throw WireError(.unavailable, "this app runs without Bun")
        }
        return main
    }
}
