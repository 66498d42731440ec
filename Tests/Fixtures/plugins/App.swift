import Keystone
import Shapes

final class App: CorePlugin {
    let coreName = "App"

    func initialize(_ context: CoreContext) throws {
        context.log.info("order: core")
        context.registerPluginType((any ChartPlugin).self) { chart, name in
            context.log.info("chart \(chart.chartName) of \(name)")
        } onUnloaded: { name in
            context.log.info("no chart of \(name)")
        }
        context.register(Store())
        context.onBeforeRun { context.log.info("order: before run, windows: \(context.windows.all.count)") }
        context.onShutdown { context.log.info("order: shutdown, windows: \(context.windows.all.count)") }
        context.handle("app:draw") { () -> [String] in
            var drawn: [String] = []
            LogicRegistry.dispatchAll((any CanvasLogic).self) { drawn.append($0.draw()) }
            return drawn
        }
        context.handle("app:plugins") { @MainActor () -> [String] in
            context.plugins.map { "\($0.name) \($0.generation) \($0.origin) \($0.state)" }
        }
    }
}

final class Store: ServicePlugin {
    let serviceName = "store"
    func initialize(_ context: CoreContext) async throws { context.log.info("order: store") }
    func shutdown() async { Logger("store").info("order: store ends") }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { App() } }
