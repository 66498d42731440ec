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

    /// For the end of each service.
    private static let shutdownLimit = Duration.seconds(5)

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
        do {
            try await plugin.initialize(context)
        } catch {
            throw StartError("service \(name) could not start: \(error)")
        }
        running.append(plugin)
        log.debug("service \(name) runs")
    }

    /// Ends all, the last one first.
    func stopAll() async {
        context = nil
        while let plugin = running.popLast() {
            await bounded(by: Self.shutdownLimit) { await plugin.shutdown() }
        }
    }
}
