public import KeystoneCore

/// Builds and runs an app in Swift alone:
///
/// ```swift
/// KeystoneApp(name: "My App", id: "com.example.myapp")
///     .window("app") { $0.title("My App").size(1200, 800) }
///     .withBun()
///     .run()
/// ```
///
/// Where the app's directory has a configuration file, that is read first, and what is said here goes before it.
@MainActor
public final class KeystoneApp {
    private let name: String
    private let id: String
    private var directory: String?
    private var changes: [(inout LoadedConfig) -> Void] = []
    private var setup: [@MainActor (CoreContext) throws -> Void] = []

    /// - Parameters:
    ///   - name: What the user reads.
    ///   - id: Names the app's data directories, for example `com.example.myapp`.
    public init(name: String, id: String) {
        self.name = name
        self.id = id
    }

    /// A window that shows a web component.
    @discardableResult
    public func window(_ component: String, _ configure: (WindowBuilder) -> Void = { _ in }) -> KeystoneApp {
        let builder = WindowBuilder()
        configure(builder)
        let settings = builder.settings
        changes.append { Self.add(component, settings, to: &$0) }
        return self
    }

    private static func add(_ component: String, _ settings: [WindowBuilder.Setting], to loaded: inout LoadedConfig) {
        let known = loaded.config.windows.firstIndex { $0.component == component }
        let index = known ?? loaded.config.windows.count
        let keys = (known == nil ? ["component"] : []) + settings.flatMap(\.keys)
        loaded.change(keys.map { "windows[\(index)].\($0)" }) { config in
            if known == nil {
                var window = WindowConfig()
                window.component = component
                config.windows.append(window)
            }
            for setting in settings { setting.apply(&config.windows[index]) }
        }
    }

    /// A native window, given by its type.
    @discardableResult
    public func window<Plugin: WindowPluginBase>(
        _ type: Plugin.Type, _ configure: (WindowBuilder) -> Void = { _ in }
    ) -> KeystoneApp {
        window(Plugin(), configure)
    }

    /// A native window. The expression is evaluated for every window of this kind that opens, and before to learn its type.
    @discardableResult
    public func window<Plugin: WindowPlugin>(
        _ make: @autoclosure @escaping @MainActor @Sendable () -> Plugin,
        _ configure: (WindowBuilder) -> Void = { _ in }
    ) -> KeystoneApp {
        window(make().windowType, configure).onInitialize { $0.register(window: make()) }
    }

    /// Starts a Bun process for services and web components.
    ///
    /// - Parameter root: The directory with `web/` and `services/`, relative to the app's.
    @discardableResult
    public func withBun(root: String? = nil) -> KeystoneApp {
        changes.append { loaded in
            loaded.change(["bun.enabled"] + (root == nil ? [] : ["bun.root"])) { config in
                var bun = config.bun ?? BunConfig()
                bun.enabled = true
                if let root { bun.root = root }
                config.bun = bun
            }
        }
        return self
    }

    /// Loads plugins from a directory, and reloads those that change.
    ///
    /// - Parameter dir: Relative to the app's directory; `dylib` where neither this nor the file names one.
    @discardableResult
    public func withPlugins(dir: String? = nil) -> KeystoneApp {
        changes.append { loaded in
            loaded.change(["plugins.enabled"] + (dir == nil ? [] : ["plugins.dir"])) { config in
                config.plugins.enabled = true
                if let dir { config.plugins.dir = dir }
            }
        }
        return self
    }

    /// Changes anything else of the configuration.
    @discardableResult
    public func configure(_ body: @escaping (inout KeystoneConfig) -> Void) -> KeystoneApp {
        changes.append { $0.change([], body) }
        return self
    }

    /// The app's directory: where the configuration file, `bun/` and other relative paths are looked for. Without it the
    /// directory that the command line names, or the working directory.
    @discardableResult
    public func rootDirectory(_ path: String) -> KeystoneApp {
        directory = path
        return self
    }

    /// The app's own start.
    @discardableResult
    public func core(_ plugin: any CorePlugin) -> KeystoneApp {
        onInitialize { [plugin] context in
            context.log.debug("initialising \(plugin.coreName)")
            try plugin.initialize(context)
            context.cores.append(plugin)
        }
    }

    /// A service of the app; see `CoreContext.register`.
    @discardableResult
    public func service(_ plugin: any ServicePlugin) -> KeystoneApp {
        onInitialize { $0.register(plugin) }
    }

    /// The same for a service that is made by `init()`, when the app starts.
    @discardableResult
    public func service<Plugin: ServicePlugin & DefaultInitializable>(_ type: Plugin.Type) -> KeystoneApp {
        onInitialize { $0.register(Plugin()) }
    }

    /// Called before any window opens, in the order of these calls: the place for handlers, routes and listeners.
    @discardableResult
    public func onInitialize(_ body: @escaping @MainActor (CoreContext) throws -> Void) -> KeystoneApp {
        setup.append(body)
        return self
    }

    /// Runs the app until its end, and ends the process with its exit status. The command line may name the app's directory
    /// and holds `keystone-host`'s options.
    public func run() -> Never {
        run(arguments: Array(CommandLine.arguments.dropFirst()))
    }

    package func run(arguments: [String]) -> Never {
        KeystoneHost.run(arguments: arguments, directory: directory, adjust: adjust) { [setup] context in
            for body in setup { try body(context) }
        }
    }

    /// What the file says, under what is said here. Without a file only the latter counts.
    func adjust(_ loaded: inout LoadedConfig) {
        if loaded.file == nil { loaded.config = KeystoneConfig() }
        // What the file lacks or has wrong there no longer matters.
        loaded.diagnostics.removeAll { ["name", "id"].contains($0.key) }
        loaded.change(["name", "id"]) { config in
            config.name = name
            config.id = id
        }
        for change in changes { change(&loaded) }
        loaded.checkChanges(place: "KeystoneApp")
    }
}
