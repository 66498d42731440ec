import Glibc
import Keystone

let version = 1
/// The method that doesn't return until the app has a file `go`.
let hangsIn = ""

actor Slow: ServicePlugin, StatefulPlugin {
    nonisolated let serviceName = "slow"
    private var directory = ""

    func initialize(_ context: CoreContext) async throws {
        directory = context.rootDirectory
        try await pass("initialize")
        context.handle("slow:version") { version }
    }

    func serializeState() async throws -> [UInt8]? {
        try await pass("serializeState")
        return [1]
    }

    func restoreState(_ state: [UInt8]) async throws {}

    func shutdown() async {
        do { try await pass("shutdown") } catch { print(error) }
    }

    private func pass(_ method: String) async throws {
        while hangsIn == method, access(directory + "/go", F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
    }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Slow() } }
