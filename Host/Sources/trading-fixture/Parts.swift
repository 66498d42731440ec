import Keystone

final class ChartWindow: WindowPluginBase {
    override var windowType: String { "chart" }
    override var windowTitle: String { "Chart" }
    override var defaultSize: Size { Size(width: 500, height: 400) }

    override func initialize(_ context: CoreContext) throws {
        context.log.info("chart in window \(windowID)")
    }
}

/// Made with an argument, and so given as an expression.
final class OrderBookWindow: WindowPluginBase {
    private var depth = 1

    convenience init(depth: Int) {
        self.init()
        self.depth = depth
    }

    override var windowType: String { "order-book" }

    override func initialize(_ context: CoreContext) throws {
        context.log.info("order book of depth \(depth)")
    }
}

actor MarketDataService: ServicePlugin, DefaultInitializable {
    nonisolated let serviceName = "market-data"

    func initialize(_ context: CoreContext) async throws {
        context.handle("market:price") { (symbol: String) -> Double in symbol == "KEY" ? 42.5 : 0 }
        context.log.info("market data is there")
    }
}
