// The specification's example of a mixed app, written in Swift: an app of the integration tests.
import Keystone

KeystoneApp(name: "Trading Platform", id: "com.example.trading")
    .window("dashboard") { $0.title("Dashboard").size(1400, 900) }
    .window("settings") { $0.title("Settings").size(600, 400).noSpawn() }
    .window(ChartWindow.self)
    .window(OrderBookWindow(depth: 10))
    .service(MarketDataService.self)
    .withBun()
    .withPlugins()
    .run()
