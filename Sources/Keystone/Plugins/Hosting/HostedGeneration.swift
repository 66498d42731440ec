internal import KeystoneCore
internal import KeystonePlugins
internal import KeystoneSupport

/// The plugins of one generation of one library, with all that they have registered.
@MainActor
final class HostedGeneration: PluginGeneration {
    let image: PluginImage
    let isReloadable: Bool
    let host: PluginHost
    /// All but windows, of which each open one has its own.
    private(set) var plugins: [HostedPlugin]
    private let windowFactories: [PluginFactory]
    private var windows: [(name: String, object: WeakObject)] = []
    /// Another one after a restart.
    private var owner: RegistrationOwner
    /// That of before a restart, until that is in service.
    private var earlier: RegistrationOwner?
    private lazy var services = ServiceHost { [weak self] name in self?.isTaken(name) ?? false }
    private var hasStarted: Set<ObjectIdentifier> = []
    private let log: Logger

    var name: String { image.file.name }

    /// Makes the instances; nothing of them runs but their `init`.
    init(_ image: PluginImage, _ factories: [PluginFactory], host: PluginHost) {
        self.image = image
        self.host = host
        let owner = RegistrationOwner(name: image.file.name)
        self.owner = owner
        isReloadable = !factories.contains { $0.type is any CorePlugin.Type }
        windowFactories = factories.filter { $0.type is any WindowPlugin.Type }
        plugins = RegistrationOwner.$current.withValue(owner) {
            factories.filter { !($0.type is any WindowPlugin.Type) }.map { HostedPlugin($0.make()) }
        }
        log = Logger(image.file.name)
    }

    private func isTaken(_ service: String) -> Bool {
        host.serviceOwner(service, besides: name) != nil || host.runtime?.services.has(service) == true
    }

    func has(service: String) -> Bool {
        services.has(service) || plugins.contains { $0.kind == .service && $0.name == service }
    }

    // MARK: Start

    /// The core's part of the start, ahead of everything but the libraries that it needs. What it registers is in effect
    /// at once.
    func startCore() throws {
        owner.activate()
        let context = try makeContext()
        try initialize(context) { $0.kind == .library || $0.kind == .core }
    }

    /// The libraries' part of it, for the core that needs them.
    func startLibraries() throws {
        let context = try makeContext()
        try initialize(context) { $0.kind == .library }
    }

    func start(_ state: PluginState) async throws {
        if isReloadable, owner.phase == .active {
            // The older one of a failed reload starts again; what it had registered stays until it is in service.
            (earlier, owner) = (owner, RegistrationOwner(name: name))
            hasStarted = []
        }
        do {
            try await RegistrationOwner.$current.withValue(owner) { try await run(state) }
        } catch {
            await services.stopAll()
            owner.end()
            throw PluginError(.initialization, file: image.file.path, "failed to start: \(error)")
        }
    }

    private func run(_ state: PluginState) async throws {
        let context = try makeContext()
        try await restore(state.isEmpty ? host.takeRestored(name) : state) { _ in true }
        try initialize(context) { _ in true }
        for factory in windowFactories { register(factory, context) }
        for case let service as any ServicePlugin in plugins.map(\.object) {
            ServiceLocator.register(itself: service, owner: owner)
            services.add(service)
        }
        try await services.startAllOrThrow(context)
        let call = host.hangs.begin("restoreState() of its windows", of: name)
        defer { host.hangs.end(call) }
        try await context.runtime.windows.preparePlugins(of: owner, state)
    }

    /// Gives the core, and libraries beside it, the state of the app's last life.
    func restoreEarly(_ state: PluginState) async throws {
        try await restore(state) { $0.kind == .library || $0.kind == .core }
        host.restored[name] = state.filter { key, _ in
            plugins.contains { $0.key == key && $0.kind != .library && $0.kind != .core }
        }
    }

    private func restore(_ state: PluginState, _ isMeant: (HostedPlugin) -> Bool) async throws {
        for plugin in plugins where isMeant(plugin) {
            guard let saved = state[plugin.key] else { continue }
            let call = host.hangs.begin("restoreState() of \(plugin.key)", of: name)
            defer { host.hangs.end(call) }
            do {
                try await plugin.restore(saved)
            } catch {
                throw StartError("\(plugin.key) could not take over its state: \(error)")
            }
        }
    }

    /// Initialises those that aren't yet; services come later, one after the other.
    private func initialize(_ context: CoreContext, _ isMeant: (HostedPlugin) -> Bool) throws {
        try RegistrationOwner.$current.withValue(owner) {
            for kind in [HostedPlugin.Kind.library, .core, .logic] {
                for plugin in plugins where plugin.kind == kind && isMeant(plugin) {
                    guard hasStarted.insert(ObjectIdentifier(plugin.object)).inserted else { continue }
                    let call = host.hangs.begin("initialize() of \(plugin.key)", of: name)
                    defer { host.hangs.end(call) }
                    switch plugin.object {
                    case let library as any LibraryPlugin: try library.initialize(context)
                    case let core as any CorePlugin: try core.initialize(context)
                    case let logic as any LogicPlugin: try context.register(logic: logic)
                    default: break
                    }
                }
            }
        }
    }

    private func register(_ factory: PluginFactory, _ context: CoreContext) {
        let type = WindowType(context: context) { [weak self] in
            guard let window = factory.make() as? any WindowPlugin else { return WindowPluginBase() }
            self?.windows.removeAll { $0.object.object == nil }
            self?.windows.append((HostedPlugin.Kind.window.rawValue + "/" + window.windowType, WeakObject(window)))
            return window
        }
        context.runtime.windows.plugins.add(type, owner: owner)
    }

    private func makeContext() throws -> CoreContext {
        guard let runtime = host.runtime else { throw StartError("the app does not run yet") }
        return CoreContext(runtime: runtime, owner: owner, services: isReloadable ? services : runtime.services)
    }

    // MARK: In service

    func activate() {
        owner.activate()
        earlier?.end()
        earlier = nil
        let older = host.inService.updateValue(self, forKey: name)
        guard older !== self else { return }
        if let older { host.customTypes.unload(older.plugins.map(\.object)) }
        host.customTypes.load(plugins.map { ($0.object, $0.name) })
        host.checkEndpoints(of: self)
    }

    func saveState() async -> PluginState {
        var state: PluginState = [:]
        for plugin in plugins {
            let call = host.hangs.begin("serializeState() of \(plugin.key)", of: name)
            defer { host.hangs.end(call) }
            do {
                state[plugin.key] = try await plugin.savedState()
            } catch {
                log.error("the state of \(plugin.key) is lost: \(error)")
            }
        }
        if let windows = host.runtime?.windows {
            let call = host.hangs.begin("serializeState() of its windows", of: name)
            defer { host.hangs.end(call) }
            state.merge(await windows.savePlugins(of: owner, log)) { first, _ in first }
        }
        return state
    }

    // MARK: The end

    func stop() async {
        await services.stopAll()
        // Never in service: nothing of it stays.
        if owner.phase == .staged { owner.end() }
    }

    func retire() -> [(name: String, object: WeakObject)] {
        owner.end()
        earlier?.end()
        host.customTypes.unload(plugins.map(\.object))
        if host.inService[name] === self { host.inService[name] = nil }
        host.runtime?.windows.releasePlugins(of: owner)
        defer { plugins = [] }
        return plugins.map { ($0.key, WeakObject($0.object)) } + windows
    }
}

extension ServiceLocator {
    /// Makes a service known under the type that it has.
    fileprivate static func register<Service: ServicePlugin>(itself service: Service, owner: RegistrationOwner) {
        register(service, as: Service.self, owner: owner)
    }
}
