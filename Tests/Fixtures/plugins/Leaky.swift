import Keystone

/// Forgets to end its task.
actor Leaky: ServicePlugin {
    nonisolated let serviceName = "leaky"

    func initialize(_ context: CoreContext) async throws {
        context.handle("leaky:version") { () -> Int in version }
        Task { try await self.wait() }
    }

    private func wait() async throws {
        while true { try await Task.sleep(for: .seconds(60)) }
    }
}

private let version = 1

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Leaky() } }
