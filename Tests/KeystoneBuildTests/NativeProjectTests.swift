import KeystoneBuild
import Testing

struct NativeProjectTests {
    @Test func theLayoutOfAnAppIsFound() throws {
        let app = try TestApp([
            "app/Main.swift": "", "app/Views/Window.swift": "", "plugins/Clock.swift": "", "plugins/Files/A.swift": "",
            "plugins/Files/Deep/B.swift": "", "plugins/Files/notes.md": "", "plugins/Empty/README.md": "",
            "plugins/.hidden.swift": "", "plugins/Package.swift": "", "plugins/notes.txt": "",
        ])
        let modules = try app.project().modules
        #expect(modules.map(\.name) == ["App", "Clock", "Files"])
        #expect(modules.map(\.kind) == [.core, .plugin, .plugin])
        #expect(modules[0].sources == ["/app/Main.swift", "/app/Views/Window.swift"].map { app.path + $0 })
        #expect(modules[2].sources == ["/plugins/Files/A.swift", "/plugins/Files/Deep/B.swift"].map { app.path + $0 })
        #expect(modules[1].library == app.path + "/dylib/libClock.so")
    }

    @Test func anAppWithoutSourcesIsEmpty() throws {
        let app = try TestApp(["bun/web/app.ts": ""])
        #expect(try app.project().isEmpty)
    }

    @Test func librariesMayGoElsewhere() throws {
        let app = try TestApp(["plugins/Clock.swift": ""])
        #expect(try NativeProject.scan(app.path, libraries: "/x/y").modules[0].library == "/x/y/libClock.so")
    }

    @Test(arguments: ["my-plugin", "2nd", "a b", "Ünicode", "App", "Keystone", "KeystoneFiles", "Swift", "Foundation"])
    func aNameThatNoModuleMayHaveIsRefused(name: String) throws {
        let app = try TestApp(["plugins/\(name).swift": ""])
        let error = #expect(throws: BuildError.self) { try app.project() }
        #expect(error?.description.contains("plugins/\(name).swift") == true)
        #expect(error?.description.contains("\"\(name)\"") == true)
    }

    @Test func twoPluginsOfOneNameAreRefused() throws {
        let app = try TestApp(["plugins/Clock.swift": "", "plugins/Clock/Clock.swift": ""])
        let error = #expect(throws: BuildError.self) { try app.project() }
        #expect(error?.description.contains("are both the plugin Clock") == true)
    }

    @Test func aLinkThatLeadsRoundInACircleEnds() throws {
        let app = try TestApp(["plugins/Clock/A.swift": ""])
        try app.link("plugins/Clock/again", to: "..")
        #expect(try app.project().modules.map(\.name) == ["Clock"])
    }

    @Test func theDirectoriesToWatchAreThoseThatAreThere() throws {
        let app = try TestApp(["plugins/Files/Deep/B.swift": "", "plugins/Empty/x.md": ""])
        let found = NativeProject.sourceDirectories(of: app.path)
        #expect(found == ["", "/Empty", "/Files", "/Files/Deep"].map { app.path + "/plugins" + $0 })
    }
}
