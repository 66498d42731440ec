public import KeystoneCore
internal import KeystoneSupport

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
    private var changes: [(inout KeystoneConfig) -> Void] = []
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
        changes.append { config in
            var window = config.windows.first { $0.component == component } ?? WindowConfig()
            window.component = component
            for setting in settings { setting(&window) }
            if let index = config.windows.firstIndex(where: { $0.component == component }) {
                config.windows[index] = window
            } else {
                config.windows.append(window)
            }
        }
        return self
    }

    /// Starts a Bun process for services and web components.
    ///
    /// - Parameter root: The directory with `web/` and `services/`, relative to the app's.
    @discardableResult
    public func withBun(root: String? = nil) -> KeystoneApp {
        configure { config in
            var bun = config.bun ?? BunConfig()
            bun.enabled = true
            if let root { bun.root = root }
            config.bun = bun
        }
    }

    /// Changes anything else of the configuration.
    @discardableResult
    public func configure(_ body: @escaping (inout KeystoneConfig) -> Void) -> KeystoneApp {
        changes.append(body)
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
    private func adjust(_ loaded: inout LoadedConfig) {
        if loaded.file == nil { loaded.config = KeystoneConfig() }
        loaded.config.name = name
        loaded.config.id = id
        // What the file lacks or has wrong there no longer matters.
        loaded.diagnostics.removeAll { ["name", "id"].contains($0.key) }
        for change in changes { change(&loaded.config) }
        let place = "KeystoneApp(name:id:)"
        if name.isEmpty {
            loaded.diagnostics.append(ConfigDiagnostic(.error, file: place, message: "the name is empty"))
        }
        if !AppID.isValid(id) {
            loaded.diagnostics.append(
                ConfigDiagnostic(.error, file: place, message: "found \"\(id)\", expected \(AppID.rule)"))
        }
    }
}
