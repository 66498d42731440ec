import KeystoneCore
import KeystoneServices
import Testing

@testable import Keystone

@MainActor
@Suite struct BuilderTests {
    private func load(_ app: KeystoneApp, _ file: String? = nil) -> LoadedConfig {
        var loaded = ConfigLoader.parse(Array((file ?? "{}").utf8), file: "keystone.json")
        if file == nil {
            loaded.file = nil
            loaded.diagnostics = []
        }
        app.adjust(&loaded)
        return loaded
    }

    @Test func `Without a file, what the builder says is all there is`() {
        let app = KeystoneApp(name: "My App", id: "com.example.myapp")
            .window("app") { $0.title("My App").size(1200, 800) }
            .withBun()
        let loaded = load(app)
        #expect(loaded.diagnostics.isEmpty)
        #expect(loaded.config.name == "My App")
        #expect(loaded.config.windows.map(\.title) == ["My App"])
        #expect(loaded.config.windows[0].width == 1200)
        #expect(loaded.config.bun == BunConfig())
    }

    @Test func `Each method of the table has its effect`() {
        let app = KeystoneApp(name: "A", id: "a.b")
            .window("a") {
                $0.title("T").size(10, 20).minimumSize(1, 2).position(3, 4).resizable(false).titleBar(.none).floating()
                    .renderless().noSpawn()
                    .toolbar { $0.button("Save", "editor:save").separator().icon("⚙", "spawn:settings") }
            }
            .window("b") { $0.headless() }
            .window("c")
            .withBun(root: "web")
            .withPlugins(dir: "plugins")
            .configure { $0.iconDir = "pictures" }
        let config = load(app).config
        let window = config.windows[0]
        #expect(window.title == "T" && window.width == 10 && window.height == 20)
        #expect(window.minWidth == 1 && window.minHeight == 2 && window.x == 3 && window.y == 4)
        #expect(!window.resizable && window.titleBarStyle == .none && window.floating && window.renderless)
        #expect(!window.spawn)
        #expect(
            window.toolbar == [
                .button(title: "Save", action: "editor:save"), .separator,
                .icon(symbol: "⚙", action: "spawn:settings", label: "spawn:settings"),
            ])
        #expect(WindowOptions(window).toolbar == window.toolbar)
        #expect(config.windows[1].headless && config.windows[1].renderless)
        #expect(config.windows[2].title == "c" && config.windows[2].spawn)
        #expect(config.bun?.root == "web")
        #expect(config.plugins.enabled && config.plugins.dir == "plugins")
        #expect(config.iconDir == "pictures")
    }

    @Test func `The builder goes before the file, which keeps the rest`() {
        let file = #"""
            {"name": "File", "version": "2.0.0", "plugins": {"enabled": false, "dir": "p"},
             "windows": [{"component": "app", "title": "F", "minWidth": 300}, {"component": "other"}]}
            """#
        let app = KeystoneApp(name: "Code", id: "a.b").window("app") { $0.title("C") }.window("new").withPlugins()
        let loaded = load(app, file)
        #expect(loaded.diagnostics.isEmpty)
        #expect(loaded.config.name == "Code")
        #expect(loaded.config.version == "2.0.0")
        #expect(loaded.config.windows.map(\.component) == ["app", "other", "new"])
        #expect(loaded.config.windows[0].title == "C")
        #expect(loaded.config.windows[0].minWidth == 300)
        #expect(loaded.config.plugins.enabled && loaded.config.plugins.dir == "p")
        let origins = Dictionary(loaded.values.map { ($0.key, $0.origin) }, uniquingKeysWith: { first, _ in first })
        #expect(origins["name"] == .builder)
        #expect(origins["windows[0].title"] == .builder)
        #expect(origins["windows[0].minWidth"] == .file(line: 2))
        #expect(origins["windows[2].component"] == .builder)
        #expect(origins["plugins.dir"] == .file(line: 1))
    }

    @Test(arguments: [("", "a.b", "name"), ("A", "no", "id"), ("A", "", "id"), (" ", "a.b", "name")])
    func `What can't be a name or an id is an error that says so`(name: String, id: String, key: String) {
        let loaded = load(KeystoneApp(name: name, id: id), #"{"name": "File", "id": "file.id"}"#)
        #expect(loaded.errors.map(\.key) == [key])
    }

    @Test func `A service can be given by its type`() {
        final class Made: ServicePlugin, DefaultInitializable {
            let serviceName = "made"
            init() {}
            func initialize(_ context: CoreContext) async throws {}
        }
        actor MadeActor: ServicePlugin, DefaultInitializable {
            nonisolated let serviceName = "actor"
            func initialize(_ context: CoreContext) async throws {}
        }
        _ = KeystoneApp(name: "A", id: "a.b").service(Made.self).service(MadeActor.self)
    }
}

@MainActor
@Suite struct ShutdownTests {
    @Test func `Listeners of the app's end share one limit, and one that hangs takes nobody's time`() async {
        let events = LifecycleEvents()
        var order: [String] = []
        events.shutdown.add(
            {
                order.append("first")
                // Never resumed within the limit.
                do { try await Task.sleep(for: .seconds(3600)) } catch {}
            }, owner: nil)
        events.shutdown.add(
            {
                order.append("second")
                await Task.yield()
                order.append("second's rest")
            }, owner: nil)
        let clock = ContinuousClock()
        let took = await clock.measure { await events.tellShutdown(limit: .milliseconds(300)) }
        #expect(order == ["first", "second", "second's rest"])
        #expect(took < .seconds(30))
    }

    @Test func `Without listeners, or with quick ones, nothing is waited for`() async {
        let events = LifecycleEvents()
        await events.tellShutdown(limit: .seconds(3600))
        var isDone = false
        events.shutdown.add({ isDone = true }, owner: nil)
        await events.tellShutdown(limit: .seconds(3600))
        #expect(isDone)
    }
}

@Suite struct EngineLookupTests {
    private let checkout = String(#filePath.dropLast("/Tests/KeystoneTests/BuilderTests.swift".count))

    @Test func `A program anywhere finds the checkout that its library was compiled from, in a build for debugging`()
        throws
    {
        #if DEBUG
            #expect(try LaunchEnvironment(variables: [:], executable: "/usr/bin/true").engine == checkout)
        #else
            #expect(throws: StartError.self) { try LaunchEnvironment(variables: [:], executable: "/usr/bin/true") }
        #endif
    }

    @Test func `The engine above the program, and KEYSTONE_ENGINE before it, count first`() throws {
        let above = try LaunchEnvironment(variables: [:], executable: checkout + "/Examples/x/.build/debug/x")
        #expect(above.engine == checkout)
        #expect(throws: StartError.self) {
            try LaunchEnvironment(variables: ["KEYSTONE_ENGINE": "/usr"], executable: checkout + "/x")
        }
    }
}
