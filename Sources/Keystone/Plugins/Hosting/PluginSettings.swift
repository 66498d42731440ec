internal import KeystoneCore
internal import KeystonePlugins
internal import KeystoneSupport

/// What the configuration says of plugins, with absolute paths.
struct PluginSettings: Sendable {
    var directories: [PluginDirectory] = []
    /// The library whose core counts.
    var appAssembly: String?
    /// That of the scripts' libraries, which nobody but the host itself builds.
    private let scripts: PluginDirectory?
    private let watchesPlugins: Bool
    var hotReload: Bool
    var debounce: Duration
    var shadowDirectory: String
    var trust: PluginTrust
    /// For reports of plugins that end the process.
    var crashDirectory: String
    var appID: String

    /// Those where libraries may appear.
    var watched: [PluginDirectory] { watchesPlugins ? directories.filter { $0 != scripts } : [] }

    /// - Parameters:
    ///   - root: The app's directory, absolute.
    ///   - reloads: Whether this run may reload anything: not a packaged app, nor one that only takes a screenshot.
    /// Throws `StartError` where `appAssembly` is not there, or a key is none.
    init(_ config: KeystoneConfig, root: String, paths: AppPaths, launch: LaunchEnvironment, reloads: Bool) throws {
        let plugins = config.plugins
        let places = AppPaths(appID: config.id, appRoot: root, environment: launch.variables)
        if plugins.enabled {
            directories = [
                (PluginOrigin.bundled, plugins.dir), (.user, plugins.userDir ?? ""),
                (.community, plugins.extensionDir ?? ""),
            ].filter { !$0.1.isEmpty }.map { PluginDirectory(origin: $0.0, path: Self.clean(places.resolve($0.1))) }
        }
        let canReload = launch.isDevelopment && reloads
        scripts = PluginDirectory.scripts(config, rootDirectory: root)
        watchesPlugins = plugins.hotReload && canReload
        hotReload = canReload && (plugins.hotReload || scripts != nil && config.scripts.hotReload)
        if let scripts { directories.append(scripts) }
        debounce = .milliseconds(plugins.debounceMs)
        shadowDirectory = paths.cache + "/plugins"
        crashDirectory = paths.state + "/crashes"
        appID = config.id
        do {
            trust = try PluginTrust(plugins, paths: places, isDevelopment: launch.isDevelopment)
        } catch {
            throw StartError("\(error)")
        }
        if let assembly = config.appAssembly, !assembly.isEmpty { try addCore(Self.clean(places.resolve(assembly))) }
    }

    private mutating func addCore(_ path: String) throws {
        guard path.hasSuffix(".so") else {
            Logger("plugins").warning(
                "appAssembly names \(path), which is no shared library: expected a .so of Swift. The app starts without it"
            )
            return
        }
        guard fileExists(path) else {
            throw StartError(
                "appAssembly names \(path), and that is not there. Build it with keystone build, or correct the path.")
        }
        appAssembly = path
        let parent = parentDirectory(of: path)
        guard !directories.contains(where: { $0.path == parent }) else { return }
        directories.insert(
            PluginDirectory(origin: .bundled, path: parent, only: String(path.dropFirst(parent.count + 1))), at: 0)
    }

    /// Without what doubles or ends in slashes, and `.`: files' paths are compared.
    private static func clean(_ path: String) -> String {
        "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
