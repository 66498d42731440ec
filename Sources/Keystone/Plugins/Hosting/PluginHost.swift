internal import KeystoneCore
internal import KeystonePlugins
internal import KeystoneServices
internal import KeystoneSupport

/// What the plugins of an app are to it: makes them of the libraries that the loader maps, and knows who is in service.
@MainActor
final class PluginHost: PluginHosting {
    let customTypes = CustomPluginTypes()
    /// Is told of all calls of plugins that something waits for.
    let hangs = HangWatch()
    /// By the library's name.
    var inService: [String: HostedGeneration] = [:]
    /// Set when there is one; plugins are mapped before, and started after.
    weak var runtime: ApplicationRuntime?
    let log = Logger("plugins")
    /// The library whose core counts; `nil` where it is whichever has one.
    private let appAssembly: String?
    /// Those of the start, in the order in which they were mapped.
    private(set) var atStart: [HostedGeneration] = []
    private var core: HostedGeneration?
    /// Why the app can't start.
    var startFailure: StartError?
    private(set) var hasStarted = false
    /// Libraries with a core have changed, and what needs them: the app has to be started again.
    var onNeedsRestart: (@MainActor (_ names: [String]) -> Void)?
    /// Libraries that are not in service as they lie there.
    var problems: [PluginProblem] = [] { didSet { onProblems?(problems) } }
    var onProblems: (@MainActor ([PluginProblem]) -> Void)?
    /// A library is to be tried again that ended the app, and that has to wait for the next start.
    var onRetryAtStart: (@MainActor (_ name: String) -> Void)?
    /// Libraries have come into service, or gone: what they registered is there, or isn't any more.
    var onHandlersChange: (@MainActor () -> Void)?
    let settings: PluginSettings
    /// Made when there is a directory to look into.
    var loader: PluginLoader?
    var quarantine: PluginQuarantine?
    var watches: [AppearingDirectory] = []
    /// What came before anybody could hear it.
    var earlyReports: [PluginReport] = []
    /// What the plugins of the app's last life left for those of this one.
    var restored: SavedStates.States = [:]
    /// What plugins may have the services reach.
    private var endpoints: Set<String> = []

    init(_ settings: PluginSettings) {
        self.settings = settings
        appAssembly = settings.appAssembly
    }

    // MARK: PluginHosting

    func makeGeneration(of image: PluginImage) throws -> any PluginGeneration {
        let box = Unmanaged<PluginExportBox>.fromOpaque(image.makeExport()).takeRetainedValue()
        let generation = HostedGeneration(image, try withoutForeignCore(box.plugins, image), host: self)
        try checkNames(of: generation)
        if !generation.isReloadable { core = generation }
        if !hasStarted { atStart.append(generation) }
        return generation
    }

    /// The library's plugins, unless it has a core that can't be.
    private func withoutForeignCore(_ factories: [PluginFactory], _ image: PluginImage) throws -> [PluginFactory] {
        let path = image.file.path
        let cores = factories.filter { $0.type is any CorePlugin.Type }
        guard !cores.isEmpty else { return factories }
        if let appAssembly, appAssembly != path {
            log.info("\(path): its core is left out, since appAssembly names \(appAssembly)")
            return factories.filter { !($0.type is any CorePlugin.Type) }
        }
        guard !hasStarted else {
            throw PluginError(.conflict, file: path, "it has a core now; start the app again to bring it into service")
        }
        guard core == nil, cores.count == 1 else {
            let other = core?.image.file.path ?? path
            let message =
                "an app has one core, and there are two: in \(other) and in \(path). Remove one of them, or name the "
                + "library that counts as appAssembly in the configuration."
            startFailure = StartError(message)
            throw PluginError(.conflict, file: path, message)
        }
        return factories
    }

    private func checkNames(of generation: HostedGeneration) throws {
        var seen: Set<String> = []
        for plugin in generation.plugins where plugin.kind == .service {
            let other = serviceOwner(plugin.name, besides: generation.name)
            guard other == nil, seen.insert(plugin.name).inserted else {
                throw PluginError(
                    .conflict, file: generation.image.file.path,
                    "its service \"\(plugin.name)\" has the name of one in \(other?.image.file.path ?? "the same library");"
                        + " give one of them another serviceName")
            }
        }
    }

    /// The library that has a service of this name.
    func serviceOwner(_ service: String, besides library: String) -> HostedGeneration? {
        let known = hasStarted ? Array(inService.values) : atStart
        return known.first { $0.name != library && $0.has(service: service) }
    }

    /// Whether something in service goes by this name: a library, a service or a logic plugin.
    func knows(_ name: String) -> Bool {
        inService[name] != nil || LogicRegistry.names.contains(name)
            || inService.values.contains { $0.plugins.contains { $0.name == name } }
    }

    // MARK: The start

    /// The library with the app's core.
    var corePath: String? { core?.image.file.path }

    /// Initialises the core, and before it the libraries that it needs. What it throws ends the start of the app.
    func startCore() throws {
        guard let core else { return }
        guard runtime?.coreContext.cores.isEmpty != false else {
            throw StartError(
                "an app has one core, and there are two: the program's own and that in \(core.image.file.path). Remove one."
            )
        }
        let needed = dependencies(of: core.image)
        do {
            for library in atStart where needed.contains(library.name) { try library.startLibraries() }
            try core.startCore()
        } catch {
            throw StartError("the core in \(core.image.file.path) could not start: \(error)")
        }
    }

    private func dependencies(of image: PluginImage) -> Set<String> {
        var found: Set<String> = []
        var open = image.dependencies
        while let name = open.popLast() {
            guard found.insert(name).inserted else { continue }
            open += atStart.first { $0.name == name }?.image.dependencies ?? []
        }
        return found
    }

    /// Everything has started: what comes from now on is loaded into the running app.
    func startIsOver() {
        hasStarted = true
        for generation in inService.values {
            for plugin in generation.plugins where plugin.kind == .custom && !customTypes.knows(plugin.object) {
                log.warning("\(generation.image.file.path): \(plugin.name) is a plugin of no kind that is known here")
            }
        }
        atStart = []
        onHandlersChange?()
    }

    // MARK: Network

    /// What the plugins declare, for the policy that Bun is started with.
    func declaredEndpoints() -> [String] {
        let declared = atStart.flatMap { generation in
            generation.endpoints.filter { endpoint in
                if NetworkEndpoint(endpoint) != nil { return true }
                log.warning(
                    "\(generation.image.file.path): \"\(endpoint.prefix(200))\" is no network endpoint; expected host, "
                        + "host:port or *.domain")
                return false
            }
        }
        endpoints = Set(declared)
        return declared
    }

    /// Bun has its policy: what a later library declares is for the next start.
    func checkEndpoints(of generation: HostedGeneration) {
        let new = generation.endpoints.filter { !endpoints.contains($0) }
        guard hasStarted, !new.isEmpty else { return }
        log.info(
            "\(generation.name) declares \(new.joined(separator: ", ")); the services may reach that when the app starts again"
        )
    }
}

extension HostedGeneration {
    /// At most a thousand, as those of a service.
    var endpoints: [String] {
        Array(plugins.compactMap { ($0.object as? any NetworkDeclarer)?.networkEndpoints }.joined().prefix(1000))
    }
}
