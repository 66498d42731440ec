internal import KeystoneCore
internal import KeystoneSupport

/// The order in which an app comes up.
extension ApplicationRuntime {
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
        streamHandlers.complete()
        BinaryInvoke(windows: windows, context: context).register()
        guard services.hasWaiting else { return open(options) }
        Task {
            await services.startAll(coreContext)
            open(options)
        }
    }

    /// Everything of the app's own runs: its windows open.
    private func open(_ options: HostOptions) {
        do {
            for body in events.beforeRun { try body() }
        } catch {
            log.error("the app could not start: \(error)")
            return quit(status: 1)
        }
        openInitialWindows()
        startPages()
        if launch.isDevelopment && !options.isOneShot { watchConfiguration() }
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
                try windows.open(WindowOptions(window))
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
    }
}
