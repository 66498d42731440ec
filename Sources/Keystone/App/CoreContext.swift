public import KeystoneCore
public import KeystoneProtocol
public import KeystoneServices
public import KeystoneStorage
public import KeystoneSupport

/// An app's handle to the engine: everything that its Swift code may do starts here.
///
/// Belongs to the main actor; what may be used from any thread is marked `nonisolated`.
@MainActor
public final class CoreContext: InvokeHandling {
    public nonisolated let config: KeystoneConfig
    /// The app's directory, absolute.
    public nonisolated let rootDirectory: String
    /// Answers the pages' `fetch("/api/…")`.
    public nonisolated let http: HTTPRouter
    /// Handlers of `invoke(channel, …)` for every window: see `handle`.
    public nonisolated let handlers: InvokeHandlers
    public nonisolated let log = Logger("app")

    let runtime: ApplicationRuntime
    private let events: LifecycleEvents
    /// They live as long as the app.
    var cores: [any CorePlugin] = []

    init(runtime: ApplicationRuntime) {
        self.runtime = runtime
        config = runtime.config
        rootDirectory = runtime.rootDirectory
        http = runtime.http
        handlers = InvokeHandlers(router: runtime.router, scope: .app)
        events = runtime.events
    }

    public var windows: WindowManager { runtime.windows }

    /// The app's workers: more Bun processes.
    public var workers: WorkerManager { runtime.workers }

    /// The app's Bun process. Its methods throw `UNAVAILABLE` where the app has none.
    public var bun: BunBridge { BunBridge(connection: runtime.bun?.connection) }

    /// Handlers for the pages of one component's windows.
    public nonisolated func handlers(component: String) -> InvokeHandlers {
        InvokeHandlers(router: handlers.router, scope: .component(component))
    }

    /// The app's database, `app.db` in its data directory; opened on first use. Throws `DatabaseError`.
    public func database() throws -> KeystoneDatabase { try runtime.database() }

    // MARK: Services

    /// Makes an object known to `ServiceLocator` under its own type.
    public nonisolated func register<Service: Sendable>(service: Service) {
        ServiceLocator.register(service)
    }

    /// Adds a service: it is initialised before any window opens, and shut down at the end.
    public func register(_ plugin: any ServicePlugin) {
        runtime.services.add(plugin)
    }

    // MARK: Events

    /// All plugins and services are initialised, and windows are about to open. What it throws ends the start.
    public func onBeforeRun(_ body: @escaping @MainActor () throws -> Void) { events.beforeRun.append(body) }

    /// The app is ending, and everything still runs: save state here. Waited for, five seconds at most.
    public func onShutdown(_ body: @escaping @MainActor () async -> Void) { events.shutdown.append(body) }

    /// Bun has exited unexpectedly: its exit code, 128 and the number for a signal, -1 where it could not start. A restart follows, unless it has been given up.
    public func onBunCrash(_ body: @escaping @MainActor (_ exitCode: Int) -> Void) { events.bunCrash.append(body) }

    /// Bun runs again; `attempt` counts the restarts since it last ran for a while.
    public func onBunRestart(_ body: @escaping @MainActor (_ attempt: Int) -> Void) { events.bunRestart.append(body) }

    /// A window's web process has died; its page is loaded anew unless the configuration says otherwise.
    public func onWebViewCrash(_ body: @escaping @MainActor (_ windowID: String) -> Void) {
        events.webViewCrash.append(body)
    }

    /// A window has been made, and its page is not loaded yet: the time to add handlers of its own.
    public func onWindowCreated(_ body: @escaping @MainActor (ManagedWindow) -> Void) {
        events.windowCreated.append(body)
    }

    /// An action came that is none of the built-in ones: from a menu, a shortcut, a page, a service or Swift.
    public func onUnhandledAction(_ body: @escaping @MainActor (_ action: String, _ source: ActionSource) -> Void) {
        runtime.actions.onUnhandled(body)
    }

    /// A service has pushed to a channel.
    public func onServicePush(_ body: @escaping @MainActor (_ channel: String, _ data: JSONValue) -> Void) {
        runtime.servicePushListeners.append(body)
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

    /// Ends the app in order: `onShutdown`, windows, services, Bun.
    public func quit() { runtime.quit() }
}

extension ManagedWindow: InvokeHandling {
    /// Handlers of this window alone; gone with it.
    public nonisolated var handlers: InvokeHandlers { dispatcher.handlers }
}
