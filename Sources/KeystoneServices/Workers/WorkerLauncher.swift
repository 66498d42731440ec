internal import Glibc
package import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneSupport

/// How workers are started.
package struct WorkerLauncher: Sendable {
    /// The variables of main Bun; a worker gets its own from them.
    package var environment: BunEnvironment
    /// What the host inherited.
    package var inherited: [String: String]
    /// The app's directory.
    package var appRoot: String
    /// What sandboxed workers may reach whose own configuration does not say.
    package var grantedEndpoints: [String]
    /// What a worker runs.
    package var script: String
    /// Who takes the streams that services of workers open to the host.
    package var streamHandlers = StreamHandlers()
    /// Finds Bun.
    package var executable: @Sendable () async throws -> String

    package init(
        environment: BunEnvironment, inherited: [String: String], appRoot: String, grantedEndpoints: [String] = [],
        executable: @escaping @Sendable () async throws -> String
    ) {
        self.environment = environment
        self.inherited = inherited
        self.appRoot = appRoot
        self.grantedEndpoints = grantedEndpoints
        self.executable = executable
        script = environment.engine + "/bun/worker-host.ts"
    }

    /// The sandbox of a worker that runs in one.
    func sandbox(for config: WorkerConfig) -> WorkerSandbox? {
        guard config.sandbox else { return nil }
        let data = environment.dataDirectory ?? environment.appRoot + "/data"
        return WorkerSandbox(
            WorkerSandboxConfiguration(
                workerName: config.name, engine: environment.engine, appRoot: appRoot, bunRoot: environment.appRoot,
                servicesDirectory: servicesDirectory(of: config), dataDirectory: "\(data)/workers/\(config.name)",
                grantedEndpoints: config.networkEndpoints ?? grantedEndpoints, ownVariables: Set(config.env.keys),
                limits: ProcessLimits(memoryMiB: config.memoryLimitMiB, childProcesses: config.maxProcesses)))
    }

    /// Where the worker connects for its streams; `nil`, with a word in the log, where there can't be any.
    func streams(for config: WorkerConfig, filter: ExtensionFilter?, logger: Logger) -> StreamListener? {
        do {
            return try StreamListener(process: config.name) { [streamHandlers] opening in
                guard filter?.allows(opening.channel, as: "stream") ?? true else {
                    return .failure(WireError(.forbidden, "allowedChannels does not allow \"\(opening.channel)\""))
                }
                return await streamHandlers.accept(opening)
            }
        } catch {
            logger.error("The worker has no streams to the host: \(error)")
            return nil
        }
    }

    private func servicesDirectory(of config: WorkerConfig) -> String {
        environment.appRoot + "/" + config.servicesDir
    }

    /// Throws `BunError` with the remedy.
    package func launch(_ config: WorkerConfig, token: String?) async throws -> BunLaunch {
        let services = servicesDirectory(of: config)
        var status = stat()
        guard stat(services, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw BunError(
                .notFound,
                "\(services) is not a directory: it is servicesDir of the worker \"\(config.name)\". Make it, or correct "
                    + "servicesDir, which is relative to the bun root.")
        }
        var launch = BunLaunch(
            executable: try await executable(), arguments: BunLaunch.arguments(script: script),
            directory: environment.appRoot,
            environment: environment.variables(of: config, inherited: inherited, token: token))
        // A sandbox passes three descriptors on. What runs in one is not trusted anyway, whichever of its code speaks.
        launch.separatesMessages = !config.sandbox
        // Who does not read is not to fill the host's memory.
        if config.isExtensionHost { launch.maximumQueuedBytes = 32 << 20 }
        if !config.sandbox { endWithHost(&launch) }
        return launch
    }

    /// A worker that computes reads nothing, so it would not see that the host is gone: the kernel ends it. A sandbox has
    /// this by itself.
    private func endWithHost(_ launch: inout BunLaunch) {
        let program = "/usr/bin/setpriv"
        guard BunExecutable.isExecutable(program) else { return }
        launch.arguments = ["--pdeathsig", "KILL", "--", launch.executable] + launch.arguments
        launch.executable = program
    }
}
