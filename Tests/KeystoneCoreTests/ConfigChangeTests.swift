import KeystoneCore
import KeystoneSupport
import Testing

/// What code says over a file.
@Suite struct ConfigChangeTests {
    private func parse(_ text: String) -> LoadedConfig { ConfigLoader.parse(Array(text.utf8), file: "keystone.json") }

    private func origins(_ loaded: LoadedConfig) -> [String: String] {
        Dictionary(loaded.values.map { ($0.key, "\($0.origin)") }, uniquingKeysWith: { first, _ in first })
    }

    @Test func everyValueKnowsWhoSaidItLast() {
        var loaded = parse(#"{"name": "N", "id": "a.b", "windows": [{"component": "app", "width": 300}]}"#)
        loaded.change(["windows[0].title"]) { $0.windows[0].title = "app" }
        loaded.change { config in
            config.windows[0].height = 99
            config.quitOnLastWindowClosed = false
        }
        ConfigLoader.override(&loaded, ["KEYSTONE_RENDERING": "software"])
        let origins = origins(loaded)
        // Said, though it is what it was; and changed.
        #expect(origins["windows[0].title"] == "KeystoneApp")
        #expect(origins["windows[0].height"] == "KeystoneApp")
        #expect(origins["quitOnLastWindowClosed"] == "KeystoneApp")
        #expect(origins["windows[0].width"] == "line 1")
        #expect(origins["windows[0].spawn"] == "default")
        #expect(origins["rendering"] == "environment KEYSTONE_RENDERING")
        #expect(loaded.config.rendering == .software)
    }

    @Test func theEnvironmentComesLast() {
        var loaded = parse(#"{"name": "N", "id": "a.b", "rendering": "gpu"}"#)
        loaded.change { $0.rendering = .auto }
        ConfigLoader.override(&loaded, ["KEYSTONE_RENDERING": "software"])
        #expect(loaded.config.rendering == .software)
    }

    @Test func whatCodeSaysIsCheckedByTheRulesOfTheFile() {
        var loaded = parse(#"{"name": "N", "id": "a.b", "windows": [{"component": "app"}]}"#)
        loaded.checkChanges(place: "KeystoneApp")
        #expect(loaded.diagnostics.isEmpty)
        loaded.change { config in
            config.id = "no id"
            config.windows[0].width = -5
            config.windows[0].minHeight = 5000
            config.workers = [WorkerConfig()]
        }
        loaded.checkChanges(place: "KeystoneApp")
        let keys = loaded.errors.map(\.key)
        for key in ["id", "windows[0].width", "windows[0].minHeight", "workers[0].name"] {
            #expect(keys.contains(key), "\(keys)")
        }
        #expect(loaded.errors.allSatisfy { $0.description.hasPrefix("KeystoneApp: error: ") })
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func numbersThatJSONDoesNotHaveAreErrors(width: Double) {
        var loaded = parse(#"{"name": "N", "id": "a.b", "windows": [{"component": "app"}]}"#)
        loaded.change { $0.windows[0].width = width }
        loaded.checkChanges(place: "KeystoneApp")
        #expect(loaded.hasErrors)
    }

    @Test func anErrorOfTheFileIsToldOnce() {
        var loaded = parse(#"{"name": "N", "id": "", "windows": []}"#)
        loaded.checkChanges(place: "KeystoneApp")
        #expect(loaded.errors.map(\.file) == ["keystone.json"])
    }
}
