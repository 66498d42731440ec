internal import KeystoneCore
internal import KeystoneSupport

/// The order in which an app comes up.
extension ApplicationRuntime {
    /// How long windows wait for all services and plugins together.
    private static let startLimit = Duration.seconds(10)

    /// Runs the app until its end; returns the exit status. Blocks the main thread in the platform's loop.
    func run(options: HostOptions) -> Int32 {
        log.info(
            "\(config.name) (\(config.id)): \(platform.info.toolkit), \(platform.info.display), \(platform.info.rendering)"
        )
        platform.run { self.started(options) }
        return exitStatus
    }

    private func started(_ options: HostOptions) {
        if options.control { startControl() }
        if options.types != nil { limitTimeForTypes(options) }
        plugins.tellEarlyReports()
        plugins.watch(on: platform)
        BinaryInvoke(windows: windows, context: context).register()
        plugins.onNeedsRestart = { [weak self] names in self?.coreChanged(names) }
        if launch.isDevelopment && !options.isOneShot { showPluginProblems() }
        guard !plugins.restored.isEmpty else { return startPlugins(options) }
        Task {
            do {
                try await plugins.restoreCore()
                startPlugins(options)
            } catch {
                failToStart(error)
            }
        }
    }

    private func startPlugins(_ options: HostOptions) {
        do {
            try plugins.startCore()
        } catch {
            return failToStart(error)
        }
        guard services.hasWaiting || !plugins.isEmpty else {
            plugins.startIsOver()
            return open(options)
        }
        Task {
            await startServices(options)
            if !isShuttingDown { open(options) }
        }
    }

    /// Windows open even if one hangs; it and those after it come into service when it returns. Who asks for the handlers'
    /// types wants those of all, and has a limit of its own.
    private func startServices(_ options: HostOptions) async {
        guard options.types == nil else { return await startAllServices() }
        let haveStarted = await bounded(by: Self.startLimit) { await self.startAllServices() }
        guard !haveStarted, !isShuttingDown else { return }
        let waiting = plugins.hangs.current.joined(separator: ", ")
        log.error(
            "the start takes over \(Self.startLimit.components.seconds) s, waiting for \(waiting): the windows open "
                + "without that and what comes after it")
    }

    private func startAllServices() async {
        await services.startAll(coreContext)
        await plugins.startAll()
    }

    private func failToStart(_ error: any Error) {
        log.error("the app could not start: \(error)")
        automation.progress.recordFatal("the app could not start: \(error)")
        quit(status: 1)
    }

    /// Everything of the app's own runs: its windows open.
    private func open(_ options: HostOptions) {
        streamHandlers.complete()
        do {
            for listener in events.beforeRun.active { try listener.run { try $0() } }
            events.isRunning = true
        } catch {
            return failToStart(error)
        }
        if let file = options.types { return writeTypes(HandlerTypesFile(path: file), options) }
        openInitialWindows()
        startPages()
        if launch.isDevelopment && !options.isOneShot {
            watchConfiguration()
            watchSources { [plugins] names in await plugins.reload(names) }
            keepTypesUpToDate()
        }
        if options.isOneShot {
            Task {
                let status = await OneShot(automation: automation, windows: windows, options: options).run()
                quit(status: status)
            }
        }
    }

    private func openInitialWindows() {
        for window in config.windows where window.spawn {
            do {
                try windows.open(windows.completed(WindowOptions(window)))
            } catch {
                log.error("the window \(window.component) could not be opened: \(error)")
                automation.progress.recordFatal("the window \(window.component) could not be opened: \(error)")
            }
        }
    }

    private func serveStaticPages() {
        let appFiles = rootDirectory + "/" + (config.bun?.root ?? "bun")
        actions.directPolicy = .read(bunRoot: appFiles, isDevelopment: launch.isDevelopment, log: log)
        StaticPages(
            environment: context.webEnvironment, engineFiles: launch.engine + "/bun/dist", appFiles: appFiles
        ).register()
        pagesAvailable(PageSource(origin: StaticPages.origin, hasBun: false))
    }

    /// The pages' address is known, or has changed: every window loads.
    func pagesAvailable(_ source: PageSource) {
        context.pageSource = source
        context.pagesFailure = nil
        for window in windows.all where window.loadedOrigin != source.origin { window.loadPage() }
    }

    /// Pages come from Bun's server where there is one, else from the host's own.
    private func startPages() {
        if let bun {
            bun.listen()
        } else {
            serveStaticPages()
        }
    }
}

extension WindowOptions {
    init(_ window: WindowConfig) {
        self.init(
            component: window.component, title: window.title,
            size: Size(width: window.width, height: window.height), position: window.position,
            titleBarStyle: window.titleBarStyle, floating: window.floating, renderless: window.renderless,
            headless: window.headless)
        minimumSize = Size(width: window.minWidth ?? 0, height: window.minHeight ?? 0)
        resizable = window.resizable
        lacksTitle = !window.givesTitle
        lacksSize = !window.givesSize
        toolbar = window.toolbar
    }
}
