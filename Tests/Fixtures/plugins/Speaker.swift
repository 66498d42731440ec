import Keystone
import Words

actor Speaker: ServicePlugin, CodableStatePlugin {
    nonisolated let serviceName = "speaker"
    private var said = 0

    func initialize(_ context: CoreContext) async throws {
        context.handle("speaker:greet") { [self] (name: String) -> String in await greet(name) }
    }

    private func greet(_ name: String) -> String {
        said += 1
        return "\(Words.greeting(name)) (\(said))"
    }

    func saveState() -> Int? { said }
    func restoreState(_ state: Int) { said = state }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Speaker() } }
