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
        arguments: [String], directory: String?, adjust: (inout LoadedConfig) -> Void,
        configure: @MainActor (CoreContext) throws -> Void
    ) -> Never {
        GLProbe.runIfRequested()
        do {
            var options = HostOptions()
            options.directory = directory ?? options.directory
            try options.read(arguments)
            let runtime = try start(options, adjust)
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
        _ options: HostOptions, _ adjust: (inout LoadedConfig) -> Void
    ) throws -> ApplicationRuntime {
        let variables = ProcessEnvironment.current
        let root = try resolvedPath(options.directory)
        let launch = try LaunchEnvironment(variables: variables, executable: try resolvedPath("/proc/self/exe"))
        var loaded = ConfigLoader.load(appDirectory: root)
        adjust(&loaded)
        for diagnostic in loaded.diagnostics { StandardStreams.errorLine("\(diagnostic)") }
        guard !loaded.hasErrors else { throw StartError("the configuration has errors; nothing was started") }
        let config = loaded.config
        if let bun = config.bun, bun.enabled, !fileExists(root + "/" + bun.root) {
            throw StartError(
                "\(root)/\(bun.root) is not there; it is bun.root in the configuration. Make the directory, correct "
                    + "bun.root, or set bun.enabled to false.")
        }
        openLog(appID: config.id, launch: launch)
        let paths = AppPaths(
            appID: config.id, appRoot: root + "/" + (config.bun?.root ?? "bun"), environment: variables)
        let plugins = PluginHost(appAssembly: nil)
        let bun = BunLink.make(config: config, root: root, paths: paths, launch: launch)
        // Bun starts while the toolkit does.
        if options.types == nil { bun?.start() }
        let (platform, rendering) = try makePlatform(options, config)
        let runtime = ApplicationRuntime(
            config: config, rootDirectory: root, paths: paths, launch: launch, platform: platform,
            rendering: rendering, plugins: plugins)
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
