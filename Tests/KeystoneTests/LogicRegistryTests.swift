import KeystoneCore
import Testing

@testable import Keystone

private protocol Drawing: LogicPlugin { func draw() -> String }
private protocol Measuring: LogicPlugin {}

private final class Layer: Drawing {
    let logicName: String
    let renderOrder: Int
    let version: Int

    init(_ name: String, order: Int, version: Int = 1) {
        (logicName, renderOrder, self.version) = (name, order, version)
    }

    func draw() -> String { "\(logicName)\(version)" }
}

private final class Ruler: Measuring { let logicName = "ruler" }

@MainActor
@Suite(.serialized) struct LogicRegistryTests {
    private let owner = RegistrationOwner(name: "layers")

    private var drawn: [String] {
        var drawn: [String] = []
        LogicRegistry.dispatchAll((any Drawing).self) { drawn.append($0.draw()) }
        return drawn
    }

    private func add(_ plugins: any LogicPlugin...) {
        for plugin in plugins { LogicRegistry.add(plugin, owner: owner) }
    }

    @Test func `All of a type are called in render order, and those of a range`() {
        defer { owner.end() }
        add(Layer("hud", order: 200), Layer("grid", order: -100), Ruler(), Layer("b", order: 0), Layer("a", order: 0))
        #expect(drawn == ["grid1", "a1", "b1", "hud1"])
        var range: [String] = []
        LogicRegistry.dispatchRange(-100...0, as: (any Drawing).self) { range.append($0.draw()) }
        #expect(range == ["grid1", "a1", "b1"])
    }

    @Test func `One is called by its name, as far as it is of the type`() {
        defer { owner.end() }
        add(Layer("grid", order: 0), Ruler())
        #expect(LogicRegistry.dispatch("grid", as: (any Drawing).self) { $0.draw() } == "grid1")
        #expect(LogicRegistry.dispatch("ruler", as: (any Drawing).self) { $0.draw() } == nil)
        #expect(LogicRegistry.dispatch("nobody", as: (any Drawing).self) { $0.draw() } == nil)
    }

    @Test func `A new version replaces the old one, which nothing holds then`() {
        let new = RegistrationOwner(name: "layers")
        weak var held: Layer?
        do {
            let old = Layer("grid", order: 5)
            held = old
            add(old, Layer("other", order: 0))
            #expect(drawn == ["other1", "grid1"])
        }
        LogicRegistry.add(Layer("grid", order: -5, version: 2), owner: new)
        #expect(drawn == ["grid2", "other1"], "in no frame both")
        #expect(held == nil)
        owner.end()
        #expect(drawn == ["grid2"])
        new.end()
        #expect(drawn == [])
    }

    @Test func `Threads that draw while a plugin is reloaded find each of them once a frame`() async throws {
        add(Layer("base", order: 0), Layer("top", order: 1))
        let painters = (0..<3).map { _ in
            Task.detached { () -> [String]? in
                while !Task.isCancelled {
                    var names: [String] = []
                    LogicRegistry.dispatchAll((any Drawing).self) { names.append($0.logicName) }
                    if names != ["base", "top"] { return names }
                    await Task.yield()
                }
                return nil
            }
        }
        var current = owner
        for version in 2..<200 {
            let next = RegistrationOwner(name: "layers")
            LogicRegistry.add(Layer("base", order: 0, version: version), owner: next)
            LogicRegistry.add(Layer("top", order: 1, version: version), owner: next)
            current.end()
            current = next
            await Task.yield()
        }
        for painter in painters {
            painter.cancel()
            #expect(await painter.value == nil)
        }
        current.end()
    }
}
