internal import KeystoneSupport

/// Starts and ends services: the app's own, or those of one plugin library.
@MainActor
final class ServiceHost {
    private var waiting: [any ServicePlugin] = []
    private var running: [any ServicePlugin] = []
    /// Whom services that are added from now on are started with.
    private var context: CoreContext?
    private var isStarting = false
    /// Whether somebody else has a service of this name.
    private let isTaken: @MainActor (_ name: String) -> Bool
    private let log = Logger("app")

    /// For the end of all services together.
    static let shutdownLimit = Duration.seconds(5)
    /// For those whose turn did not come within that.
    private static let lateLimit = Duration.seconds(1)

    init(isTaken: @escaping @MainActor (_ name: String) -> Bool) {
        self.isTaken = isTaken
    }

    var hasWaiting: Bool { !waiting.isEmpty }

    func has(_ name: String) -> Bool { running.contains { $0.serviceName == name } }

    /// Adds a service; it is started with the others, or now where those run.
    func add(_ plugin: any ServicePlugin) {
        waiting.append(plugin)
        guard let context, !isStarting else { return }
        Task { await startAll(context) }
    }

    /// Initialises what was added, one after the other, in that order. One that throws is reported and left out.
    func startAll(_ context: CoreContext) async {
        self.context = context
        guard !isStarting else { return }
        isStarting = true
        defer { isStarting = false }
        while !waiting.isEmpty {
            do {
                try await startNext(context)
            } catch {
                log.error("\(error)")
            }
        }
    }

    /// The same, but ends with the first one that throws; the others are forgotten.
    func startAllOrThrow(_ context: CoreContext) async throws {
        self.context = nil
        defer { waiting = [] }
        while !waiting.isEmpty { try await startNext(context) }
        self.context = context
    }

    private func startNext(_ context: CoreContext) async throws {
        let plugin = waiting.removeFirst()
        let name = plugin.serviceName
        guard !has(name), !isTaken(name) else {
            throw StartError("two services are named \"\(name)\"; the second is left out")
        }
        let hangs = context.runtime.plugins.hangs
        let call =
            if let library = context.owner?.name {
                hangs.begin("initialize() of service/\(name)", of: library)
            } else {
                hangs.begin("initialize() of service/\(name)", of: "app", waiting: "the start waits")
            }
        defer { hangs.end(call) }
        do {
            try await plugin.initialize(context)
        } catch {
            throw StartError("service \(name) could not start: \(error)")
        }
        running.append(plugin)
        log.debug("service \(name) runs")
    }

    /// Ends all, the last one first, since later ones may need earlier ones. One that hangs takes the time of those before it:
    /// they are called in any case, side by side.
    func stopAll(limit: Duration = shutdownLimit) async {
        context = nil
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while clock.now < deadline, let plugin = running.popLast() {
            let hasEnded = await bounded(by: deadline - clock.now) { await plugin.shutdown() }
            if !hasEnded { log.warning("service \(plugin.serviceName) did not end within \(limit); it is left behind") }
        }
        let late = running.reversed()
        running = []
        guard !late.isEmpty else { return }
        await bounded(by: Self.lateLimit) {
            await withTaskGroup { group in
                for plugin in late { group.addTask { await plugin.shutdown() } }
            }
        }
    }
}
