import Keystone

final class Panel: WindowPluginBase, CodableStatePlugin {
    override var windowType: String { "panel" }
    override var windowTitle: String { "The panel" }
    override var defaultSize: Size { Size(width: 320, height: 200) }
    override var dependencies: [String] { ["grid", "nowhere"] }
    private var scroll = 0.0
    private var file = "untitled"

    override func initialize(_ context: CoreContext) throws {
        context.log.info("panel \(windowID): \(file) at \(scroll), version \(version)")
        context.handle("panel:scroll") { @MainActor [self] (to: Double) in scroll = to }
        context.handle("panel:open") { @MainActor [self] (name: String) in file = name }
    }

    override func serializeConfig() -> String? { file }
    override func restoreConfig(_ config: String) { file = config }

    func saveState() -> Double? { scroll }
    func restoreState(_ scroll: Double) { self.scroll = scroll }
}

private let version = 1

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Panel() } }
