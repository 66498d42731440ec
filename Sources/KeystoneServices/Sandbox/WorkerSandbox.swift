internal import KeystoneSupport
internal import Synchronization

/// One worker's sandbox, over all its restarts: namespaces of its own by bubblewrap, a filter of system calls, limits that
/// are watched, and the proxy that lets granted endpoints through. Usable from any thread.
package final class WorkerSandbox: Sendable {
    /// Of `/tmp` and of `/dev/shm`, each.
    private static let temporaryBytes = 64 << 20

    private struct State {
        /// Holds what only this sandbox uses: the filter, the proxy's socket. Made when it is needed.
        var directory: String?
        var proxy: EgressProxy?
        var declared: [String] = []
    }

    private let configuration: WorkerSandboxConfiguration
    private let state = Mutex(State())

    package init(_ configuration: WorkerSandboxConfiguration) {
        self.configuration = configuration
    }

    deinit { close() }

    /// The launch, moved into the sandbox. Call it before each start.
    ///
    /// Throws a permanent `BunError` where this machine has no sandbox; its message says how to get one.
    package func wrap(_ launch: BunLaunch) async throws(BunError) -> BunLaunch {
        try checkDirectories()
        let bubblewrap = try await Bubblewrap.find(for: configuration.workerName)
        do throws(SystemError) {
            return try wrap(launch, by: bubblewrap)
        } catch {
            throw BunError(
                .notStarted, "The sandbox of the worker \"\(configuration.workerName)\" can't be made: \(error)")
        }
    }

    /// The worker told (message `network`) what its services declare. It may now reach what is both declared and granted.
    package func declare(_ endpoints: [String]) {
        state.withLock { state in
            state.declared = endpoints
            state.proxy?.declare(endpoints)
        }
    }

    /// Ends the proxy and removes the sandbox's files, not the worker's data. Call it when the worker is gone for good.
    package func close() {
        state.withLock { state in
            state.proxy?.close()
            state.proxy = nil
            guard let directory = state.directory else { return }
            PrivateDirectory.remove(directory, file: directory + "/filter")
            state.directory = nil
        }
    }

    private func wrap(_ launch: BunLaunch, by bubblewrap: String) throws(SystemError) -> BunLaunch {
        let filter = try privateDirectory() + "/filter"
        let allowsProcesses = configuration.limits.childProcesses > 0
        try SmallFile.replace(filter, with: SystemCallFilter(allowsProcesses: allowsProcesses).bytes)
        try makeDirectories(configuration.dataDirectory, private: true)
        var environment = environment(of: launch)
        environment["KEYSTONE_EGRESS_SOCKET"] = try egressSocket()
        let sockets = ["KEYSTONE_STREAM_SOCKET", "KEYSTONE_EGRESS_SOCKET"].compactMap { environment[$0] }
        let inner = BubblewrapArguments(
            configuration, bun: launch.executable, directory: launch.directory, sockets: sockets,
            temporaryBytes: WorkerSandbox.temporaryBytes, filterDescriptor: 3)
        var wrapped = launch
        // The shell sets what only a process itself can set, opens the filter, and becomes bubblewrap. The app's own
        // processes come first where processors are short.
        wrapped.executable = "/bin/sh"
        wrapped.arguments =
            [
                "-c", #"ulimit -c 0 && ulimit -d "$1" && exec 3<"$2" && shift 2 && exec nice -n 5 "$@""#, "sandbox",
                String(dataLimitKiB), filter, bubblewrap,
            ] + inner.arguments + ["--", launch.executable] + launch.arguments
        wrapped.environment = environment
        wrapped.directory = "/"
        wrapped.limits = configuration.limits
        return wrapped
    }

    /// A hard limit of a process's private memory, as far as the kernel has one, for what happens between two looks of
    /// `ProcessWatch`. It counts what is reserved too: Bun reserves gigabytes, less where it gets less, but below some
    /// 2.5 GiB it goes without its compiler (tried with Bun 1.4).
    private var dataLimitKiB: Int { (2 * configuration.limits.memoryMiB + 3072) << 10 }

    /// Keystone's variables without secrets of others and the user's directories, the worker's own ones, and the language.
    private func environment(of launch: BunLaunch) -> [String: String] {
        let secrets: Set = ["KEYSTONE_SESSION_TOKEN", "KEYSTONE_PORT", "KEYSTONE_PATHS"]
        var environment = launch.environment.filter { name, _ in
            if configuration.ownVariables.contains(name) { return true }
            if name.hasPrefix("KEYSTONE_") { return !secrets.contains(name) }
            return ["LANG", "LANGUAGE", "TZ"].contains(name) || name.hasPrefix("LC_")
        }
        environment["PATH"] = "/usr/local/bin:/usr/bin:/bin"
        environment["HOME"] = "/tmp"
        environment["TMPDIR"] = "/tmp"
        // The app's store is not in the sandbox.
        environment["KEYSTONE_STORE"] = "own"
        // So that what is refused is refused with a reason: the proxy asks for both, declaration and grant.
        environment["KEYSTONE_NETWORK_MODE"] = "allowlist"
        environment["KEYSTONE_NETWORK_ENDPOINTS"] = ""
        return environment
    }

    /// What is bound into the sandbox must not bring along what is to stay out.
    private func checkDirectories() throws(BunError) {
        let services = real(configuration.servicesDirectory)
        for path in [configuration.appRoot, configuration.bunRoot, configuration.dataDirectory].map(real) {
            guard path == services || path.hasPrefix(services == "/" ? "/" : services + "/") else { continue }
            throw BunError(
                .noSandbox,
                "The worker \"\(configuration.workerName)\" can't be put into a sandbox: its servicesDir, \(services), "
                    + "holds \(path). Give it a directory of its own.")
        }
    }

    /// Without links and dots; what does not exist yet has none.
    private func real(_ path: String) -> String {
        do {
            return try resolvedPath(path)
        } catch {
            return path
        }
    }

    private func privateDirectory() throws(SystemError) -> String {
        try state.withLock { state throws(SystemError) in
            if let directory = state.directory { return directory }
            let made = try PrivateDirectory.make(in: StreamListener.defaultParent())
            state.directory = made
            return made
        }
    }

    /// The path of the proxy's socket; `nil` where the app grants nothing.
    private func egressSocket() throws(SystemError) -> String? {
        let policy = EgressPolicy(granted: configuration.grantedEndpoints)
        guard !policy.grantsNothing else { return nil }
        let path = try privateDirectory() + "/egress"
        return try state.withLock { state throws(SystemError) in
            if let proxy = state.proxy { return proxy.path }
            let proxy = try EgressProxy(path: path, worker: configuration.workerName, policy: policy)
            proxy.declare(state.declared)
            state.proxy = proxy
            return path
        }
    }
}
