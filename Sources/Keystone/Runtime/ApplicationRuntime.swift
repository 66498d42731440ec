internal import KeystoneCore
internal import KeystoneGtk
internal import KeystoneProtocol
internal import KeystoneScene
internal import KeystoneServices
internal import KeystoneStorage
internal import KeystoneSupport

/// A running app: its windows, its Bun process, the channels between them, and its end.
///
/// Made and used on the main actor, which is the platform's thread.
@MainActor
final class ApplicationRuntime {
    let config: KeystoneConfig
    /// The app's directory, absolute.
    let rootDirectory: String
    /// How `config` came about.
    var configuration: AppConfiguration
    let windows: WindowManager
    /// Main Bun and the workers, for code on any thread.
    nonisolated let processes = AppProcesses()
    /// The app's workers: more Bun processes with services of their own. Empty for an app without a Bun side.
    var workers: WorkerManager { processes.workers }
    /// Answers the pages' `fetch("/api/…")`.
    let http = HTTPRouter()

    let events = LifecycleEvents()
    let plugins: PluginHost
    private(set) lazy var services = ServiceHost { [plugins] name in plugins.serviceOwner(name, besides: "") != nil }
    private(set) lazy var coreContext = CoreContext(runtime: self)
    private var openDatabase: KeystoneDatabase?
    let platform: any Platform
    let pluginWatches = PluginWatches()
    let context: WindowContext
    let router: InvokeRouter
    let actions: ActionRouter
    let automation: Automation
    private let startupMemory = StartupMemory()
    let paths: AppPaths
    let launch: LaunchEnvironment
    var bun: BunLink?
    /// Those of `bun`, once it is connected.
    var streamHandlers = StreamHandlers()
    var control: ControlChannel?
    var watches: [SaveWatch] = []
    /// Compiles the app's Swift sources, in development.
    var sources: SourceReloader?
    /// What pages show, in development.
    var problems = AppProblems() {
        didSet { if problems != oldValue { problemsChanged() } }
    }
    /// Keeps the file of the handlers' types up to date, in development.
    var typesRefresh: TypesRefresh?
    var isRestarting = false
    /// Set once the app ends to begin again.
    var restartFile: RestartFile?
    /// Hears of everything that happens, for the control channel.
    var observer: (@MainActor (_ event: String, _ fields: [(String, JSONValue)]) -> Void)?
    var exitStatus: Int32 = 0
    private(set) var isShuttingDown = false
    let log = Logger("host")

    init(
        config: KeystoneConfig, rootDirectory: String, paths: AppPaths, launch: LaunchEnvironment,
        platform: any Platform, rendering: RenderingMode, plugins: PluginHost
    ) {
        self.plugins = plugins
        self.config = config
        self.rootDirectory = rootDirectory
        configuration = AppConfiguration(directory: rootDirectory)
        self.paths = paths
        self.launch = launch
        self.platform = platform
        router = InvokeRouter()
        actions = ActionRouter()
        let fastPath = FastPath(isWanted: launch.wantsFastPath, places: launch.pageExtensionPlaces)
        log.info("pages call the host by \(fastPath.description)")
        let environment = platform.makeWebEnvironment(
            WebEnvironmentOptions(
                dataDirectory: paths.data + "/webkit", cacheDirectory: paths.cache + "/webkit",
                developerTools: launch.isDevelopment, pageExtensionDirectory: fastPath.extensionDirectory))
        context = WindowContext(
            router: router, actions: actions, recovery: config.processRecovery,
            paintTimeLimit: launch.paintTimeLimit,
            app: AppIdentity(name: config.name, id: config.id, version: config.version),
            developerMode: launch.isDevelopment, platform: platform, webEnvironment: environment,
            theme: .for(platform.colorScheme), rendering: SafeRendering(mode: rendering, environment: environment),
            pageLoop: fastPath.makeLoop(log))
        windows = WindowManager(types: config.windows.map(WindowOptions.init), context: context)
        automation = Automation(windows: windows)
        wire()
        plugins.runtime = self
        context.isPluginKnown = { [plugins] name in plugins.knows(name) }
    }

    private func wire() {
        windows.onWindowCreated = { [weak self] window in
            self?.automation.progress.opened(window)
            for listener in self?.events.windowCreated.active ?? [] { listener.run { $0(window) } }
            self?.observer?("window-opened", Self.fields(of: window))
        }
        windows.onEvent = { [weak self] window, event in
            self?.automation.progress.record(event, of: window)
            if case .painted = event { self?.startupMemory.windowPainted() }
            if case .closed = event { self?.bun?.connection.forgetStates(prefix: "window:\(window.id):") }
            if case .webProcessEnded = event {
                for listener in self?.events.webViewCrash.active ?? [] { listener.run { $0(window.id) } }
            }
            self?.observer?(event.control.name, Self.fields(of: window) + event.control.fields)
        }
        windows.onLastWindowClosed = { [weak self] in
            guard let self, self.config.quitOnLastWindowClosed else { return }
            self.quit()
        }
        platform.onColorSchemeChange = { [weak self] scheme in self?.colorSchemeChanged(scheme) }
        platform.onTerminationSignal = { [weak self] in self?.terminationRequested() }
        actions.builtIn = { [weak self] action, source in self?.perform(action, from: source) ?? false }
        actions.forwardToMain = { [weak self] action, source in self?.bun?.connection.action(action, source: source) }
        actions.forwardToWorkers = { [weak self] action, source in self?.workers.deliver(action, source: source) }
        HTTPBridge(router: http).register(in: router)
        WindowHandlers(windows: windows).register(in: router)
        AppHandlers(
            app: context.app, paths: paths, context: context, quit: { [weak self] in self?.quit() }
        ).register(in: router)
    }

    /// The app's database; opened on first use.
    func database() throws -> KeystoneDatabase {
        if let openDatabase { return openDatabase }
        let database = try KeystoneDatabase(path: paths.data + "/app.db")
        openDatabase = database
        return database
    }

    private static func fields(of window: ManagedWindow) -> [(String, JSONValue)] {
        [("window", .string(window.id)), ("component", .string(window.component))]
    }

    // MARK: Appearance

    private func colorSchemeChanged(_ scheme: ColorScheme) {
        context.theme = .for(scheme)
        for window in windows.all { window.applyTheme() }
    }

    // MARK: Actions

    /// The built-in actions. Answers whether this was one.
    private func perform(_ action: String, from source: ActionSource) -> Bool {
        switch action {
        case "app:quit":
            quit()
        case "app:restart":
            restart()
        case "window:close", "window:minimize", "window:maximize":
            guard case .window(let id) = source, let window = windows.window(id: id) else { return false }
            switch action {
            case "window:close": Task { await windows.close(window) }
            case "window:minimize": window.native.minimize()
            default: window.native.toggleMaximized()
            }
        case let action where action.hasPrefix("plugin:retry:"):
            let name = String(action.dropFirst("plugin:retry:".count))
            if !plugins.retry(name) { log.warning("no plugin \(name) was left out for having ended the app") }
        case let action where action.hasPrefix("spawn:"):
            spawn(String(action.dropFirst("spawn:".count)))
        default:
            return false
        }
        return true
    }

    private func spawn(_ component: String) {
        do {
            try windows.open(windows.options(for: component))
        } catch {
            log.error("the window \(component) could not be opened: \(error)")
        }
    }

    // MARK: The end

    /// Ends the app: pages clean up, services stop, Bun exits. Returns at once; `run` returns when it is done.
    func quit() {
        quit(status: exitStatus)
    }

    func quit(status: Int32) {
        exitStatus = status
        guard !isShuttingDown else { return }
        isShuttingDown = true
        log.debug("shutting down")
        Task {
            await events.tellShutdown()
            await withTaskGroup { group in
                for window in windows.all { group.addTask { await window.close() } }
            }
            await plugins.stopAll()
            await services.stopAll()
            await bun?.stop()
            platform.quit()
        }
    }

    /// The first SIGTERM or SIGINT ends the app in order; a second one doesn't wait for anybody.
    private func terminationRequested() {
        guard isShuttingDown else { return quit() }
        log.warning("told to end again while shutting down: ending at once")
        bun?.kill()
        exitStatus = 1
        platform.quit()
    }
}
