/// What one worker's sandbox lets it see, reach and use. Paths are absolute.
package struct WorkerSandboxConfiguration: Sendable, Hashable {
    package var workerName: String
    /// The engine's directory: its `bun/` is what the worker runs.
    package var engine: String
    /// The app's own directory; hidden where it would show through a directory of the system.
    package var appRoot: String
    /// The app's `bun/` directory. Of it the worker sees `node_modules`, `lib`, `package.json` and `tsconfig.json`.
    package var bunRoot: String
    /// The worker's own code.
    package var servicesDirectory: String
    /// The only directory that the worker may write to. Made where it is missing.
    package var dataDirectory: String
    /// What the worker may reach, once its services declare it: `host`, `host:port` or `*.domain`.
    package var grantedEndpoints: [String]
    /// Names of environment variables that the worker gets besides Keystone's own: those of its configuration.
    package var ownVariables: Set<String>
    package var limits: ProcessLimits

    package init(
        workerName: String, engine: String, appRoot: String, bunRoot: String, servicesDirectory: String,
        dataDirectory: String, grantedEndpoints: [String] = [], ownVariables: Set<String> = [],
        limits: ProcessLimits = ProcessLimits()
    ) {
        self.workerName = workerName
        self.engine = engine
        self.appRoot = appRoot
        self.bunRoot = bunRoot
        self.servicesDirectory = servicesDirectory
        self.dataDirectory = dataDirectory
        self.grantedEndpoints = grantedEndpoints
        self.ownVariables = ownVariables
        self.limits = limits
    }
}

/// How much of the machine a process and all that it starts may use.
package struct ProcessLimits: Sendable, Hashable {
    /// Private memory of all of them together, in MiB.
    package var memoryMiB: Int
    /// Processes that the first one may have at a time, besides itself; 0: it can't start any.
    package var childProcesses: Int
    /// Threads of all of them together.
    package var threads: Int

    package init(memoryMiB: Int = 512, childProcesses: Int = 0, threads: Int = 256) {
        self.memoryMiB = memoryMiB
        self.childProcesses = childProcesses
        self.threads = threads
    }
}
