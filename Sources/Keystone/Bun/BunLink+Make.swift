internal import KeystoneCore
internal import KeystoneServices
internal import KeystoneSupport

extension BunLink {
    /// The link for an app, or `nil` where its configuration has no Bun side.
    static func make(
        config: KeystoneConfig, root: String, paths: AppPaths, launch: LaunchEnvironment
    ) -> BunLink? {
        guard let bun = config.bun, bun.enabled else { return nil }
        let token = RandomToken.hex(bytes: 32)
        let bunRoot = root + "/" + bun.root
        var environment = BunEnvironment(
            appRoot: bunRoot, appID: config.id, appName: config.name, sessionToken: token,
            mode: launch.isDevelopment ? .development : .packaged, engine: launch.engine)
        environment.networkMode = config.security.network.resolvedMode(isDevelopment: launch.isDevelopment)
        environment.networkEndpoints = config.security.network.allowedEndpoints
        environment.dataDirectory = launch.isDevelopment ? nil : paths.data
        environment.paths = paths.services.serializedString()
        environment.logLevel = LogSink.shared.minimumLevel.rawValue
        let supervisor = BunSupervisor(
            options: BunSupervisorOptions(policy: RestartPolicy(config.processRecovery)),
            port: PortMemory(appID: config.id, environment: launch.variables)
        ) { [environment] port in
            let executable = try await BunExecutable.find(engine: launch.engine, environment: launch.variables)
            return BunLaunch(
                executable: executable.path, arguments: [launch.engine + "/bun/host.ts"], directory: bunRoot,
                environment: environment.variables(inherited: launch.variables, port: port))
        }
        return BunLink(supervisor: supervisor, sessionToken: token)
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
