import KeystoneCore
import KeystoneProtocol
import Testing

@testable import Keystone

@Suite struct SlotTableTests {
    @Test func `A slot without a frame takes input everywhere, framed slots only where they are`() {
        var table = SlotTable()
        #expect(table.hitRegions == [])
        table.add(Slot(key: "a", component: "a", frame: Rect(x: 0, y: 0, width: 10, height: 10)))
        table.add(Slot(key: "b", component: "b", frame: Rect(x: 20, y: 0, width: 10, height: 10)))
        #expect(table.hitRegions?.count == 2)
        let outcome1 = table.move("b", to: nil)
        #expect(outcome1)
        #expect(table.hitRegions == nil)
        let outcome2 = table.remove("b")
        #expect(outcome2)
        #expect(table.hitRegions?.count == 1)
    }

    @Test func `Unknown slots are neither moved nor removed, and equal keys replace each other`() {
        var table = SlotTable()
        let outcome3 = table.move("a", to: nil)
        #expect(!outcome3)
        let outcome4 = table.remove("a")
        #expect(!outcome4)
        table.add(Slot(key: "a", component: "one"))
        table.add(Slot(key: "a", component: "two"))
        #expect(table.slots.map(\.component) == ["two"])
    }
}

@MainActor
@Suite struct ActionRouterTests {
    @Test func `Each receiver hears an action once, and services not what services send or main Bun had`() {
        let router = ActionRouter()
        var heard: [String] = []
        router.forwardToMain = { action, source in heard.append("main \(action) \(source.text)") }
        router.forwardToWorkers = { action, source in heard.append("workers \(action) \(source.text)") }
        router.onUnhandled { action, source in heard.append("host \(action) \(source.text)") }
        router.dispatch("a", source: .menu)
        router.dispatch("b", source: .window("3"), to: .workers)
        router.dispatch("c", source: .service("s"), to: .host)
        #expect(
            heard == [
                "main a menu", "workers a menu", "host a menu", "workers b window:3", "host b window:3",
                "host c service:s",
            ])
    }

    @Test func `A built-in action goes no further, an empty or huge one nowhere`() {
        let router = ActionRouter()
        var heard: [String] = []
        router.builtIn = { action, _ in action == "app:quit" }
        router.onUnhandled { action, _ in heard.append(action) }
        for action in ["app:quit", "", String(repeating: "x", count: 2000), "other"] {
            router.dispatch(action, source: .host, to: .host)
        }
        #expect(heard == ["other"])
    }
}

@Suite struct HostOptionsTests {
    @Test func `Options are read in any order`() throws {
        let options = try HostOptions(arguments: [
            "--eval", "1 + 1", "app", "--timeout", "2.5", "--window", "side", "--retry-plugins",
        ])
        #expect(options.retryPlugins)
        #expect(options.directory == "app")
        #expect(options.evaluate == "1 + 1")
        #expect(options.window == "side")
        #expect(options.timeout == 2.5)
        #expect(options.isOneShot)
    }

    @Test(arguments: [["--eval"], ["--timeout", "soon"], ["--timeout", "-1"], ["--nope"], ["a", "b"]])
    func `Wrong usage is named`(arguments: [String]) {
        #expect(throws: HostOptions.UsageError.self) { try HostOptions(arguments: arguments) }
    }
}

@Suite struct OutsideAddressTests {
    @Test(arguments: ["https://a.example", "HTTP://a", "mailto:a@b", "tel:+1"])
    func `Addresses for a browser may be opened`(uri: String) {
        #expect(OutsideAddress.isAllowed(uri))
    }

    @Test(arguments: ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "vscode://x", "", " https://a"])
    func `Everything else may not`(uri: String) {
        #expect(!OutsideAddress.isAllowed(uri))
    }
}
