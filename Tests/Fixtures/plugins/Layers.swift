import Keystone
import Shapes

final class Grid: CanvasLogic {
    let logicName = "grid"
    let renderOrder = -100
    func draw() -> String { "grid" }
}

final class Marks: CanvasLogic {
    let logicName = "marks"
    func draw() -> String { "marks" }
}

final class Bars: ChartPlugin {
    let chartName = "bars"
}

@c(keystone_plugins) public func plugins() -> PluginExport {
    exportPlugins {
        Marks()
        Grid()
        Bars()
    }
}
