internal import KeystoneCore
internal import KeystoneServices
internal import KeystoneSupport
internal import Synchronization

extension BunLink {
    /// The link for an app, or `nil` where its configuration has no Bun side.
    ///
    /// - Parameter declaredEndpoints: What plugins have the app's services reach. A sandboxed worker gets none of it: what
    ///   that may reach, the configuration alone says.
    static func make(
        config: KeystoneConfig, root: String, paths: AppPaths, launch: LaunchEnvironment, declaredEndpoints: [String]
    ) -> BunLink? {
        guard let bun = config.bun, bun.enabled else { return nil }
        let token = RandomToken.hex(bytes: 32)
        let bunRoot = root + "/" + bun.root
        var environment = BunEnvironment(
            appRoot: bunRoot, appID: config.id, appName: config.name, sessionToken: token,
            mode: launch.isDevelopment ? .development : .packaged, engine: launch.engine)
        environment.networkMode = config.security.network.resolvedMode(isDevelopment: launch.isDevelopment)
        environment.networkEndpoints = config.security.network.allowedEndpoints + declaredEndpoints
        environment.dataDirectory = launch.isDevelopment ? nil : paths.data
        environment.paths = paths.services.serializedString()
        environment.logLevel = LogSink.shared.minimumLevel.rawValue
        let handlers = StreamHandlers()
        let streams = listen(handlers)
        let executable = FoundBun(launch: launch)
        var launcher = WorkerLauncher(
            environment: environment, inherited: launch.variables, appRoot: root,
            grantedEndpoints: config.security.network.allowedEndpoints, executable: { try await executable.path() })
        launcher.streamHandlers = handlers
        let workers = WorkerManager(configured: config.workers, launcher: launcher)
        // After the workers have their copy: this socket is main Bun's alone.
        environment.streamSocket = streams?.path
        let supervisor = BunSupervisor(
            options: BunSupervisorOptions(policy: RestartPolicy(config.processRecovery)),
            port: PortMemory(appID: config.id, environment: launch.variables), streams: streams,
            receiver: { workers.mainReceiver($0) }
        ) { [environment] port in
            var bun = BunLaunch(
                executable: try await executable.find(),
                arguments: BunLaunch.arguments(script: launch.engine + "/bun/host.ts"), directory: bunRoot,
                environment: environment.variables(inherited: launch.variables, port: port))
            bun.separatesMessages = true
            return bun
        }
        workers.attach(main: supervisor.connection)
        return BunLink(
            supervisor: supervisor, workers: workers, sessionToken: token, streams: streams, streamHandlers: handlers)
    }

    /// The app runs without streams where there can't be any, and says why.
    private static func listen(_ handlers: StreamHandlers) -> StreamListener? {
        do {
            return try StreamListener(process: "bun") { await handlers.accept($0) }
        } catch {
            Logger("streams").error("Streams between the host and Bun are not available: \(error)")
            return nil
        }
    }
}

/// The Bun that main Bun was started with, for the workers, so that not each of them looks for it.
private final class FoundBun: Sendable {
    private let launch: LaunchEnvironment
    private let found = Mutex<String?>(nil)

    init(launch: LaunchEnvironment) {
        self.launch = launch
    }

    /// Looks for it.
    func find() async throws -> String {
        let path = try await BunExecutable.find(engine: launch.engine, environment: launch.variables).path
        found.withLock { $0 = path }
        return path
    }

    /// The one that was found last.
    func path() async throws -> String {
        if let path = found.withLock({ $0 }) { return path }
        return try await find()
    }
}

extension RestartPolicy {
    init(_ recovery: ProcessRecoveryConfig) {
        self.init(
            autoRestart: recovery.bunAutoRestart, maximumRestarts: recovery.bunMaxRestarts,
            baseDelay: .milliseconds(recovery.bunRestartBaseDelayMs),
            maximumDelay: .milliseconds(recovery.bunRestartMaxDelayMs))
    }
}

extension NetworkConfig {
    /// `auto` means open in development and the allow-list in a packaged app.
    func resolvedMode(isDevelopment: Bool) -> String {
        switch mode {
        case .open: "open"
        case .allowlist: "allowlist"
        case .auto: isDevelopment ? "open" : "allowlist"
        }
    }
}

extension AppPaths {
    /// As `query("paths")` answers.
    var services: JSONValue { .object(named) }
}
