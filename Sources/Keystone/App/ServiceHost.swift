internal import KeystoneSupport

/// Starts and ends the app's service plugins.
@MainActor
final class ServiceHost {
    private var waiting: [any ServicePlugin] = []
    private var running: [any ServicePlugin] = []
    private let log = Logger("app")

    /// For the end of each service.
    private static let shutdownLimit = Duration.seconds(5)

    var hasWaiting: Bool { !waiting.isEmpty }

    func add(_ plugin: any ServicePlugin) { waiting.append(plugin) }

    /// Initialises what was added, one after the other, in that order. One that throws is reported and left out.
    func startAll(_ context: CoreContext) async {
        while !waiting.isEmpty {
            let plugin = waiting.removeFirst()
            let name = plugin.serviceName
            guard !running.contains(where: { $0.serviceName == name }) else {
                log.error("two services are named \"\(name)\"; the second is left out")
                continue
            }
            do {
                try await plugin.initialize(context)
                running.append(plugin)
                log.debug("service \(name) runs")
            } catch {
                log.error("service \(name) could not start: \(error)")
            }
        }
    }

    /// Ends all, the last one first.
    func stopAll() async {
        while let plugin = running.popLast() {
            await bounded(by: Self.shutdownLimit) { await plugin.shutdown() }
        }
    }
}
