import Glibc
import Keystone

/// Tells all pages every second how busy this machine is. Save this file while the app runs: the new code takes over.
actor SystemLoad: ServicePlugin {
    nonisolated let serviceName = "system-load"
    private var ticking: Task<Void, any Error>?

    func initialize(_ context: CoreContext) async throws {
        ticking = Task {
            while true {
                try context.bun.push("system:load", Load.now, retain: true)
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Called at the app's end, and before a new version takes over.
    func shutdown() async { ticking?.cancel() }
}

/// How many processes wanted to run at a time, on average.
struct Load: Codable {
    var oneMinute: Double
    var fiveMinutes: Double

    static var now: Load {
        var averages = [0.0, 0.0]
        getloadavg(&averages, 2)
        return Load(oneMinute: averages[0], fiveMinutes: averages[1])
    }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { SystemLoad() } }
