internal import KeystoneCore
internal import KeystoneSupport

/// `--types FILE`: the app starts as it does, shows nothing, and writes down what its handlers take and answer.
extension ApplicationRuntime {
    func writeTypes(_ file: HandlerTypesFile, _ options: HostOptions) {
        do {
            // Handlers are added to windows as they are made.
            for window in config.windows where windows.window(component: window.component) == nil {
                try windows.open(windows.completed(WindowOptions(window)))
            }
            let types = HandlerTypes(handlerEntries)
            let outcome = try options.checksTypes ? file.check(types.text) : file.update(types.text)
            switch outcome {
            case .upToDate: StandardStreams.printLine("\(file.path) is up to date")
            case .written: StandardStreams.printLine("\(file.path): \(types.summary)")
            case .stale: StandardStreams.errorLine("keystone: \(file.path) is out of date; run: keystone types")
            }
            quit(status: outcome == .stale ? 1 : 0)
        } catch {
            StandardStreams.errorLine("keystone: \(error)")
            quit(status: 1)
        }
    }

    /// Services may take as long as they like to start, but not when somebody waits for the types.
    func limitTimeForTypes(_ options: HostOptions) {
        Task {
            do { try await Task.sleep(for: .seconds(options.timeout)) } catch { return }
            StandardStreams.errorLine("keystone: timed out after \(options.timeout) s; the services had not started")
            quit(status: 124)
        }
    }

    /// In development: the file that the command has written follows the handlers from now on.
    func keepTypesUpToDate() {
        let bunRoot = config.bun?.root ?? "bun"
        let file = HandlerTypesFile(path: HandlerTypesPlace.path(in: "\(rootDirectory)/\(bunRoot)"))
        let refresh = TypesRefresh(file, name: HandlerTypesPlace.path(in: bunRoot)) { [weak self] in
            self?.currentHandlers ?? .incomplete("the app has ended", isPassing: true)
        }
        plugins.onHandlersChange = { refresh.refresh() }
        typesRefresh = refresh
        refresh.refresh()
    }

    private var currentHandlers: TypesRefresh.Handlers {
        guard plugins.hasStarted else { return .incomplete("plugins are still being started", isPassing: true) }
        // A plugin that is left out, or that an older version stands in for, has other handlers.
        guard problems.isEmpty else {
            return .incomplete("something is wrong with the app's Swift", isPassing: true)
        }
        let closed = config.windows.map(\.component).filter { windows.window(component: $0) == nil }
        guard closed.isEmpty || events.windowCreated.isEmpty else {
            let names = closed.joined(separator: ", ")
            return .incomplete(
                "handlers are added to windows as they open, and \(names) isn't open; run keystone types",
                isPassing: false)
        }
        return .all(handlerEntries)
    }

    /// The handlers of the app's own that there are now.
    private var handlerEntries: [HandlerTypes.Entry] {
        router.signatures.flatMap { scope, channels in
            guard let reach = reach(of: scope) else { return [HandlerTypes.Entry]() }
            return channels.map { HandlerTypes.Entry(channel: $0.key, reach: reach, signature: $0.value) }
        }
    }

    /// What is open besides the configuration's windows is open by chance.
    private func configured(_ component: String?) -> String? {
        config.windows.contains { $0.component == component } ? component : nil
    }

    private func reach(of scope: InvokeRouter.Scope) -> HandlerTypes.Reach? {
        switch scope {
        case .app: .app
        case .component(let name): .component(name)
        case .window(let id): configured(windows.window(id: id)?.component).map { .window($0) }
        }
    }
}
