public import KeystoneCore
public import KeystoneProtocol
public import KeystoneServices
public import KeystoneStorage
public import KeystoneSupport

/// An app's handle to the engine: everything that its Swift code may do starts here.
///
/// A plugin has one of its own: what it registers there takes effect when all of its library has started, replaces what an
/// older version registered, and goes with it. Belongs to the main actor; what may be used from any thread is marked
/// `nonisolated`.
@MainActor
public final class CoreContext: InvokeHandling {
    public nonisolated let config: KeystoneConfig
    /// The app's directory, absolute.
    public nonisolated let rootDirectory: String
    /// Answers the pages' `fetch("/api/…")`.
    public nonisolated let http: HTTPRouter
    /// Handlers of `invoke(channel, …)` for every window: see `handle`.
    public nonisolated let handlers: InvokeHandlers
    /// Writes to the app's log, under the plugin's name where it is a plugin's.
    public nonisolated let log: Logger

    let runtime: ApplicationRuntime
    /// The plugin whose context it is; `nil` for the app's own.
    nonisolated let owner: RegistrationOwner?
    private let services: ServiceHost
    private let events: LifecycleEvents
    /// They live as long as the app.
    var cores: [any CorePlugin] = []

    /// The app's own.
    init(runtime: ApplicationRuntime) {
        self.runtime = runtime
        owner = nil
        services = runtime.services
        config = runtime.config
        rootDirectory = runtime.rootDirectory
        http = runtime.http
        handlers = InvokeHandlers(router: runtime.router, scope: .app)
        events = runtime.events
        log = Logger("app")
    }

    /// A plugin's.
    init(runtime: ApplicationRuntime, owner: RegistrationOwner, services: ServiceHost) {
        self.runtime = runtime
        self.owner = owner
        self.services = services
        config = runtime.config
        rootDirectory = runtime.rootDirectory
        http = runtime.http.owned(by: owner)
        handlers = InvokeHandlers(router: runtime.router, scope: .app, owner: owner)
        events = runtime.events
        log = Logger(owner.name)
    }

    public var windows: WindowManager { runtime.windows }

    /// The app's workers: more Bun processes.
    public nonisolated var workers: WorkerManager { runtime.processes.workers }

    /// The app's Bun process. Its methods throw `UNAVAILABLE` where the app has none.
    public nonisolated var bun: BunBridge { ipc.bun }

    /// The other parts of the app, ordered by who answers.
    public nonisolated var ipc: Ipc { Ipc(processes: runtime.processes) }

    /// Handlers for the pages of one component's windows.
    public nonisolated func handlers(component: String) -> InvokeHandlers {
        InvokeHandlers(router: handlers.router, scope: .component(component), owner: owner)
    }

    /// The app's database, `app.db` in its data directory; opened on first use. Throws `DatabaseError`.
    public func database() throws -> KeystoneDatabase { try runtime.database() }

    // MARK: Services

    /// Makes an object known to `ServiceLocator` under its own type.
    public nonisolated func register<Service: Sendable>(service: Service) {
        ServiceLocator.register(service, as: Service.self, owner: owner ?? RegistrationOwner.current)
    }

    /// Adds a service: it is initialised before any window opens, or at once where they are there, and shut down at the end.
    /// A plugin's is initialised with the plugin.
    public func register(_ plugin: any ServicePlugin) {
        services.add(plugin)
    }

    /// Adds a native window that opens where a window's `component` is its type. The expression is evaluated for every
    /// window, and once before to learn the type.
    public func register<Plugin: WindowPlugin>(
        window make: @autoclosure @escaping @MainActor @Sendable () -> Plugin
    ) {
        runtime.windows.plugins.add(WindowType(context: self, make), owner: owner)
    }

    /// Adds a logic plugin; `LogicRegistry` finds it. Throws what its `initialize` throws.
    public func register(logic plugin: any LogicPlugin) throws {
        try plugin.initialize(self)
        guard let owner else { return LogicRegistry.add(plugin, owner: nil) }
        owner.whenActive { LogicRegistry.add(plugin, owner: owner) }
    }

    /// Makes a protocol of your own a kind of plugin: whatever a plugin library exports of it is handed over, also what was
    /// loaded before.
    ///
    /// - Parameters:
    ///   - type: for example `(any ChartPlugin).self`.
    ///   - onLoaded: Called with each plugin once its library is in service, and its name, which is its Swift type's.
    ///   - onUnloaded: Called with the name when the plugin is gone, or, before `onLoaded`, about to be replaced.
    public func registerPluginType<Plugin>(
        _ type: Plugin.Type, onLoaded: @escaping @MainActor (_ plugin: Plugin, _ name: String) -> Void,
        onUnloaded: @escaping @MainActor (_ name: String) -> Void = { _ in }
    ) {
        runtime.plugins.customTypes.add(
            CustomPluginType(type, owner: owner, onLoaded: onLoaded, onUnloaded: onUnloaded))
    }

    /// The plugins' libraries, in the order in which they were loaded.
    public var plugins: [PluginInfo] { runtime.plugins.list }

    // MARK: Events

    /// All plugins and services are initialised, and windows are about to open. What it throws ends the start. For a plugin
    /// that is loaded later, at once; then what it throws goes to the log.
    public func onBeforeRun(_ body: @escaping @MainActor () throws -> Void) {
        guard let owner else { return events.beforeRun.add(body, owner: nil) }
        owner.whenActive { [events, log] in
            guard events.isRunning else { return events.beforeRun.add(body, owner: owner) }
            do { try body() } catch { log.error("onBeforeRun failed: \(error)") }
        }
    }

    /// The app is ending, and everything still runs: save state here. All listeners are called at once, in their order up to
    /// where each first waits; they are waited for together, five seconds at most.
    public func onShutdown(_ body: @escaping @MainActor () async -> Void) { events.shutdown.add(body, owner: owner) }

    /// Bun has exited unexpectedly: its exit code, 128 and the number for a signal, -1 where it could not start. A restart
    /// follows, unless it has been given up.
    public func onBunCrash(_ body: @escaping @MainActor (_ exitCode: Int) -> Void) {
        events.bunCrash.add(body, owner: owner)
    }

    /// Bun runs again; `attempt` counts the restarts since it last ran for a while.
    public func onBunRestart(_ body: @escaping @MainActor (_ attempt: Int) -> Void) {
        events.bunRestart.add(body, owner: owner)
    }

    /// A window's web process has died; its page is loaded anew unless the configuration says otherwise.
    public func onWebViewCrash(_ body: @escaping @MainActor (_ windowID: String) -> Void) {
        events.webViewCrash.add(body, owner: owner)
    }

    /// A window has been made, and its page is not loaded yet: the time to add handlers of its own. A plugin's listener hears
    /// of the windows that are there when it comes into service, too.
    public func onWindowCreated(_ body: @escaping @MainActor (ManagedWindow) -> Void) {
        events.windowCreated.add(body, owner: owner)
        owner?.whenActive { [runtime] in
            for window in runtime.windows.all { body(window) }
        }
    }

    /// An action came that is none of the built-in ones: from a menu, a shortcut, a page, a service or Swift.
    public func onUnhandledAction(_ body: @escaping @MainActor (_ action: String, _ source: ActionSource) -> Void) {
        runtime.actions.onUnhandled(owner: owner, body)
    }

    /// A service has pushed to a channel.
    public func onServicePush(_ body: @escaping @MainActor (_ channel: String, _ data: JSONValue) -> Void) {
        events.servicePush.add(body, owner: owner)
        runtime.tellWhetherPushesAreHeard()
    }

    // MARK: Doing

    /// Dispatches an action as a menu would: built-in ones first, then everybody who listens, services too.
    public func action(_ action: String) {
        runtime.actions.dispatch(action, source: .host)
    }

    /// Runs something on the main thread, after what waits there already.
    public nonisolated func runOnMainThread(_ body: @escaping @MainActor @Sendable () -> Void) {
        Task { @MainActor in body() }
    }

    /// Runs something on the main thread and waits for what it returns or throws. From the main actor, it runs at once.
    public nonisolated func onMainThread<Result: Sendable>(
        _ body: @MainActor @Sendable () throws -> Result
    ) async rethrows -> Result {
        try await MainActor.run(body: body)
    }

    /// Ends the app in order: `onShutdown`, windows, services, Bun.
    public func quit() { runtime.quit() }
}

extension ManagedWindow: InvokeHandling {
    /// Handlers of this window alone; gone with it.
    public nonisolated var handlers: InvokeHandlers { dispatcher.handlers }
}
