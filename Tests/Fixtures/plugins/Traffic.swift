import Keystone

/// Answers pages while it is replaced again and again.
actor Traffic: ServicePlugin, CodableStatePlugin {
    nonisolated let serviceName = "traffic"
    /// How many versions there have been before this one.
    private var replaced = -1

    func initialize(_ context: CoreContext) async throws {
        replaced += 1
        context.handle("traffic:ask") { (number: Int) async throws -> [Int] in
            try await context.bun.push("traffic:told", number)
            return [version, number]
        }
        context.handle("traffic:replaced") { [replaced] () -> Int in replaced }
        context.http.get("/api/traffic") { _ in .json([version]) }
    }

    func saveState() -> Int? { replaced }
    func restoreState(_ state: Int) { replaced = state }
}

private let version = 1

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Traffic() } }
