import KeystoneCore
import KeystoneSupport
import Testing

/// Reads a configuration and returns its problems as text, without the file's name.
func problems(_ text: String) -> [String] {
    ConfigLoader.parse(Array(text.utf8), file: "k").diagnostics.map { String($0.description.dropFirst(2)) }
}

/// The members of a configuration that is otherwise complete. `extra` begins in line 1, column 30.
func problems(with extra: String) -> [String] {
    problems(#"{"name": "A", "id": "a.b.c", \#(extra)}"#)
}

@Suite struct ConfigParseTests {
    @Test func everyKeyOfTheSpecificationIsRead() throws {
        let loaded = ConfigLoader.parse(Array(fullConfig.utf8), file: "keystone.json")
        #expect(loaded.diagnostics.map(\.description) == [])
        let config = loaded.config
        #expect(config.name == "My App")
        #expect(config.id == "com.example.myapp")
        #expect(config.version == "1.2.3")
        let window = try #require(config.windows.first)
        #expect(window.component == "app")
        #expect(window.title == "Main")
        #expect([window.width, window.height] == [1024, 700.5])
        #expect(window.position == Point(x: -5, y: 10))
        #expect(!window.spawn && window.floating && window.renderless && !window.headless && !window.resizable)
        #expect(window.titleBarStyle == .toolkitNative)
        #expect([window.minWidth, window.minHeight] == [320, 200])
        #expect(config.security.network.mode == .allowlist)
        #expect(config.security.network.allowedEndpoints == ["db.local:5432", "api.example.com", "*.reddit.com"])
        #expect(config.bun?.root == "web-side")
        #expect(config.appAssembly == "dylib/libApp.so")
        #expect(config.plugins.userDir == "$APP_SUPPORT/plugins")
        #expect(config.plugins.extensionDir == nil)
        #expect(config.plugins.debounceMs == 0)
        #expect(config.plugins.publicKeys == ["ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="])
        #expect(config.scripts.enabled && !config.scripts.autoCreateDir)
        #expect(config.menus.map(\.title) == ["File", "Edit"])
        #expect(config.menus[0].items[0].shortcut == "cmd+n")
        #expect(config.workers[0].allowedChannels == ["ext:"])
        #expect(config.workers[0].sandbox)
        #expect(config.workers[0].env == ["A": "1"])
        #expect(config.workers[1].allowedChannels == nil)
        #expect(!config.workers[1].sandbox && config.workers[1].browserAccess)
        #expect(config.processRecovery.bunMaxRestarts == 0)
        #expect(config.build.pluginMode == .bundled)
        #expect(config.build.signingIdentity == nil)
        #expect(config.rendering == .software)
        #expect(!config.quitOnLastWindowClosed)
    }

    @Test func theSmallestFileGetsTheDefaults() throws {
        let loaded = ConfigLoader.parse(
            Array(#"{"name":"A","id":"a.b","windows":[{"component":"app"}]}"#.utf8), file: "k")
        #expect(loaded.diagnostics.isEmpty)
        let window = try #require(loaded.config.windows.first)
        #expect(window.title == "app")
        #expect([window.width, window.height] == [800, 600])
        #expect(window.spawn && !window.floating && !window.renderless && window.resizable)
        #expect(window.titleBarStyle == .hidden)
        #expect(window.position == nil)
        #expect(loaded.config.bun == nil)
        #expect(loaded.config.plugins.enabled && loaded.config.plugins.dir == "dylib")
        #expect(loaded.config.plugins.debounceMs == 200)
        #expect(!loaded.config.scripts.enabled)
        #expect(loaded.config.processRecovery == ProcessRecoveryConfig())
        #expect(loaded.config.security.network.mode == .auto)
        #expect(loaded.config.quitOnLastWindowClosed)
    }

    @Test func headlessImpliesRenderlessAndABunBlockTurnsBunOn() {
        let loaded = ConfigLoader.parse(
            Array(#"{"name":"A","id":"a.b","windows":[{"component":"x","headless":true}],"bun":{}}"#.utf8), file: "k")
        #expect(loaded.config.windows[0].renderless)
        #expect(loaded.config.bun == BunConfig())
        #expect(loaded.config.bun?.enabled == true)
    }

    @Test func everyTextThatHoldsTheRulesIsFreeOfProblems() {
        #expect(problems(with: #""windows": [{"component": "a"}, {"component": "a"}]"#) == [])
        #expect(problems(with: #""bun": null, "plugins": null, "appAssembly": null, "$schema": "x""#) == [])
        #expect(problems(with: #""bun": {"enabled": false, "root": ""}"#) == [])
        #expect(problems(with: #""plugins": {"enabled": false, "dir": ""}"#) == [])
        #expect(problems(with: #""scripts": {"enabled": false, "dir": ""}"#) == [])
        #expect(problems("// comment\n{\"name\": \"A\", /* x */ \"id\": \"a.b\",}") == [])
        #expect(problems("\u{FEFF}{\"name\": \"A\", \"id\": \"a.b\"}") == [])
    }

    @Test func originsAndValuesOfAllKeysAreKnown() {
        let text = "{\n\"name\": \"A\", \"id\": \"a.b\",\n\"windows\": [\n{\"component\": \"x\",\n\"width\": 10}]}"
        let loaded = ConfigLoader.parse(Array(text.utf8), file: "k")
        let values = Dictionary(uniqueKeysWithValues: loaded.values.map { ($0.key, "\($0.value) \($0.origin)") })
        #expect(values["name"] == "\"A\" line 2")
        #expect(values["windows[0].width"] == "10.0 line 5")
        #expect(values["windows[0].height"] == "600.0 default")
        #expect(values["windows[0].title"] == "\"x\" default")
        #expect(values["bun"] == "null default")
        #expect(values["processRecovery.bunMaxRestarts"] == "5 default")
    }

    @Test func theReferenceCoversNestedKeys() throws {
        let keys = Dictionary(uniqueKeysWithValues: KeystoneConfig.reference.map { ($0.key, $0) })
        #expect(keys["name"]?.defaultValue == nil)
        #expect(keys["windows[].titleBarStyle"]?.expected == #""hidden", "toolkit", "toolkit-native" or "none""#)
        #expect(keys["windows[].width"]?.defaultValue == "800.0")
        #expect(keys["security.network.mode"]?.defaultValue == #""auto""#)
        #expect(keys["menus.TITLE[].shortcut"] != nil)
        #expect(keys["workers[].env"]?.defaultValue == "{}")
        #expect(KeystoneConfig.reference.allSatisfy { $0.doc.hasSuffix(".") })
    }
}

/// Every key of the specification, each with another value than its default.
let fullConfig = """
    {
      // identity
      "name": "My App", "id": "com.example.myapp", "version": "1.2.3",
      "windows": [{
        "component": "app", "title": "Main", "width": 1024, "height": 700.5, "x": -5, "y": 10, "minWidth": 320,
        "minHeight": 200, "resizable": false, "spawn": false, "titleBarStyle": "toolkit-native", "floating": true,
        "renderless": true, "headless": false,
      }],
      "security": {"network": {"mode": "allowlist", "allowedEndpoints": ["db.local:5432", "api.example.com", "*.reddit.com"]}},
      "bun": {"enabled": true, "root": "web-side", "compiledExe": null, "compiledWorkerExe": ""},
      "appAssembly": "dylib/libApp.so",
      "plugins": {
        "enabled": true, "dir": "native", "userDir": "$APP_SUPPORT/plugins", "extensionDir": "", "hotReload": false,
        "debounceMs": 0, "allowExternalSignatures": true, "publicKeys": ["ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
      },
      "scripts": {"dir": "s", "hotReload": false, "autoCreateDir": false},
      "iconDir": "pictures",
      "menus": {"File": [{"title": "New", "action": "myapp:new", "shortcut": "cmd+n"}], "Edit": []},
      "workers": [
        {
          "name": "ext", "servicesDir": "extensions", "autoStart": false, "browserAccess": false, "isExtensionHost": true,
          "allowedChannels": ["ext:"], "maxRestarts": 3, "baseBackoffMs": 10, "ownStore": true, "env": {"A": "1"}
        },
        {"name": "data", "servicesDir": "workers/data", "browserAccess": true, "allowedChannels": null}
      ],
      "processRecovery": {
        "bunAutoRestart": false, "bunMaxRestarts": 0, "bunRestartBaseDelayMs": 1, "bunRestartMaxDelayMs": 1,
        "webViewAutoReload": false, "webViewReloadDelayMs": 0
      },
      "build": {
        "pluginMode": "bundled", "category": "c", "outDir": "o", "signingIdentity": null, "requireSigningIdentity": true,
        "notarize": true, "notaryProfile": "p", "dmg": true, "minimumSystemVersion": "16", "extraResources": ["a"]
      },
      "rendering": "software", "quitOnLastWindowClosed": false
    }
    """
