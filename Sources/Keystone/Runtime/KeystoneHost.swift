internal import Glibc
internal import KeystoneCore
internal import KeystoneGtk
internal import KeystoneSupport

/// The host of an app directory: what `keystone-host` runs, and what an executable of one's own may run with handlers
/// added.
@MainActor
public enum KeystoneHost {
    /// Runs the app and ends the process with its exit status.
    ///
    /// - Parameters:
    ///   - arguments: The app's directory and `keystone-host`'s options, without the program's name.
    ///   - configure: Called once, before any window opens: the place to add handlers.
    public static func main(
        arguments: [String], configure: @MainActor (CoreContext) throws -> Void = { _ in }
    ) -> Never {
        run(arguments: arguments, directory: nil, adjust: { _ in }, configure: configure)
    }

    /// - Parameters:
    ///   - directory: The app's, where the arguments name none; `nil` is the working directory.
    ///   - adjust: Changes the configuration before it is checked for errors.
    static func run(
        arguments: [String], directory: String?, adjust: @escaping (inout LoadedConfig) -> Void,
        configure: @MainActor (CoreContext) throws -> Void
    ) -> Never {
        GLProbe.runIfRequested()
        do {
            var options = HostOptions()
            options.directory = directory ?? options.directory
            try options.read(arguments)
            let configuration = AppConfiguration(directory: try resolvedPath(options.directory), adjust: adjust)
            let loaded = configuration.load()
            for diagnostic in loaded.diagnostics { StandardStreams.errorLine("\(diagnostic)") }
            guard !loaded.hasErrors else { throw StartError("the configuration has errors; nothing was started") }
            if options.printConfig {
                StandardStreams.printLine(loaded.table)
                exit(0)
            }
            let runtime = try start(options, loaded.config, configuration)
            try configure(runtime.coreContext)
            _ = runtime.run(options: options)
            runtime.beginAgainIfWanted()
            exit(runtime.exitStatus)
        } catch let error as HostOptions.UsageError {
            StandardStreams.errorLine("keystone-host: \(error.message)")
            exit(2)
        } catch {
            StandardStreams.errorLine("keystone-host: \(error)")
            exit(1)
        }
    }

    private static func start(
        _ options: HostOptions, _ config: KeystoneConfig, _ configuration: AppConfiguration
    ) throws -> ApplicationRuntime {
        let inherited = ProcessEnvironment.current
        let variables = inherited.filter { $0.key != RestartFile.variable }
        let root = configuration.directory
        let launch = try LaunchEnvironment(variables: variables, executable: try resolvedPath("/proc/self/exe"))
        if options.types == nil { try checkFiles(config, root, launch) }
        openLog(appID: config.id, launch: launch)
        let paths = AppPaths(
            appID: config.id, appRoot: root + "/" + (config.bun?.root ?? "bun"), environment: variables)
        let plugins = PluginHost(
            try PluginSettings(
                config, root: root, paths: paths, launch: launch,
                reloads: !options.isOneShot && options.types == nil))
        plugins.restored = RestartFile.take(inherited, from: paths.state, log: Logger("host"))
        // Before Bun starts: plugins may name hosts that its services may reach.
        try plugins.load(retrying: options.retryPlugins)
        let bun = BunLink.make(
            config: config, root: root, paths: paths, launch: launch, declaredEndpoints: plugins.declaredEndpoints())
        // Bun starts while the toolkit does.
        if options.types == nil { bun?.start() }
        let (platform, rendering) = try makePlatform(options, config)
        let runtime = ApplicationRuntime(
            config: config, rootDirectory: root, paths: paths, launch: launch, platform: platform,
            rendering: rendering, plugins: plugins)
        runtime.configuration = configuration
        if let bun { runtime.connect(bun) }
        return runtime
    }

    private static func makePlatform(
        _ options: HostOptions, _ config: KeystoneConfig
    ) throws -> (any Platform, RenderingMode) {
        guard options.types == nil else { return (InvisiblePlatform(), .software) }
        let platform = try GtkPlatform(appID: config.id, rendering: config.rendering.preference)
        return (platform, platform.rendering.mode)
    }

    /// Whether what the app needs is there. The `keystone` command sees to all of this before it starts a host; an
    /// executable that is started by itself has this alone.
    private static func checkFiles(_ config: KeystoneConfig, _ root: String, _ launch: LaunchEnvironment) throws {
        guard fileExists(launch.engine + "/bun/dist/host.html") else {
            throw StartError(
                "the host page is not built: there is no \(launch.engine)/bun/dist/host.html. Run ./keystone doctor in "
                    + "\(launch.engine) once: it installs and builds what is missing.")
        }
        guard let bun = config.bun, bun.enabled else { return }
        let bunRoot = root + "/" + bun.root
        guard fileExists(bunRoot) else {
            throw StartError(
                "\(bunRoot) is not there; it is bun.root in the configuration. Make the directory, correct bun.root, or "
                    + "set bun.enabled to false.")
        }
        guard launch.isDevelopment else { return }
        do {
            try EnginePackages(engine: launch.engine).linkMissing(in: bunRoot)
        } catch {
            throw StartError(
                "@keystone/sdk can't be linked into \(bunRoot)/node_modules: \(error.reason). Make the directory "
                    + "writable once.")
        }
    }

    private static func openLog(appID: String, launch: LaunchEnvironment) {
        let path = LogPath.resolve(environment: launch.variables, packaged: !launch.isDevelopment, appID: appID)
        LogSink.shared.open(file: path)
    }
}

extension RenderingConfig {
    var preference: RenderingPreference {
        switch self {
        case .auto: .auto
        case .gpu: .gpu
        case .software: .software
        }
    }
}
