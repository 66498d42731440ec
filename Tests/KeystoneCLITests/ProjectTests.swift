import Foundation
import Testing

/// `check`, `build` and `run` up to the moment when the host takes over.
@Suite struct ProjectTests {
    let sandbox: Sandbox
    let engine: String

    init() throws {
        sandbox = try Sandbox()
        engine = try sandbox.makeEngine()
    }

    @Test(arguments: ["check", "run", "build"])
    func aDirectoryWithoutAnAppIsExplained(command: String) throws {
        let none = try sandbox.keystone([command, "missing"])
        #expect(none.code == 1)
        #expect(none.err.contains("there is no directory"))
        #expect(none.err.contains("keystone create missing"))
        let empty = try sandbox.keystone([command], in: sandbox.path + "/home")
        #expect(empty.code == 1)
        #expect(empty.err.contains("holds no Keystone app"))
    }

    @Test(arguments: ["check", "run", "build"])
    func allErrorsOfTheConfigurationComeAtOnce(command: String) throws {
        try sandbox.writeApp(#"{"name": "", "id": "x", "windws": [], "bun": {}}"#)
        let result = try sandbox.keystone([command, "app"])
        #expect(result.code == 1)
        #expect(result.err.contains("app/keystone.json:1:10: error: name: found"))
        #expect(result.err.contains("keystone.json:1:20: error: id: found"))
        #expect(result.err.contains(#"warning: windws: unknown key; did you mean "windows"?"#))
        #expect(!sandbox.exists("app/bun/node_modules"))
    }

    @Test func checkPrintsValuesAndOrigins() throws {
        try sandbox.writeApp()
        let result = try sandbox.keystone(["check", "app", "--print"], environment: ["KEYSTONE_RENDERING": "gpu"])
        #expect(result.code == 0)
        let lines = result.out.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        #expect(lines.contains(["name", "\"T\"", "#", "line", "1"]))
        #expect(lines.contains(["rendering", "\"gpu\"", "#", "environment", "KEYSTONE_RENDERING"]))
        #expect(lines.contains(["quitOnLastWindowClosed", "true", "#", "default"]))
    }

    @Test func buildLinksTheSDKAndDoesSoOnce() throws {
        try sandbox.writeApp()
        #expect(try sandbox.keystone(["build", "app"]).code == 0)
        #expect(sandbox.link("app/bun/node_modules/@keystone/sdk") == "\(engine)/bun/sdk")
        #expect(sandbox.link("app/bun/node_modules/@keystone/lib") == "\(engine)/bun/lib")
        #expect(sandbox.link("app/bun/node_modules/keystone-desktop") == "\(engine)/bun")
        let entries = try FileManager.default.contentsOfDirectory(
            atPath: sandbox.path + "/app/bun/node_modules/@keystone")
        #expect(entries.sorted() == ["lib", "sdk"])
        #expect(try sandbox.keystone(["build", "app"]).code == 0)
    }

    @Test func staleLinksAndCopiesAreReplaced() throws {
        try sandbox.writeApp()
        try sandbox.write("app/bun/node_modules/@keystone/sdk/bridge.ts", "old")
        try sandbox.write("app/bun/node_modules/@keystone/lib/package.json", #"{"name": "@keystone/lib"}"#)
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.path + "/app/bun/node_modules/keystone-desktop", withDestinationPath: "/nowhere")
        let result = try sandbox.keystone(["build", "app"])
        #expect(result.code == 0)
        #expect(result.err.contains("Replacing the copy of @keystone/sdk"))
        for name in ["@keystone/sdk", "@keystone/lib", "keystone-desktop"] {
            #expect(sandbox.link("app/bun/node_modules/\(name)")?.hasPrefix(engine) == true)
        }
    }

    @Test func aPackageOfTheUserIsNeverReplaced() throws {
        try sandbox.writeApp()
        try sandbox.write("app/bun/node_modules/keystone-desktop/package.json", #"{"name": "something-else"}"#)
        let result = try sandbox.keystone(["build", "app"])
        #expect(result.code == 1)
        #expect(result.err.contains("is a package of its own (something-else)"))
        #expect(sandbox.exists("app/bun/node_modules/keystone-desktop/package.json"))
    }

    @Test func aPlaceThatCanNotBeWrittenIsFineWhereTheSDKIsFoundAnyway() throws {
        try sandbox.writeApp()
        // Nothing can be made below a file, not even by root.
        try sandbox.write("app/bun/node_modules", "")
        let missing = try sandbox.keystone(["build", "app"])
        #expect(missing.code == 1)
        #expect(
            missing.err.contains("@keystone/sdk is missing, and \(sandbox.path)/app/bun/node_modules can't be written"))
        for name in ["@keystone/sdk", "@keystone/lib", "keystone-desktop"] {
            try sandbox.write("app/node_modules/\(name)/package.json", "{}")
        }
        let found = try sandbox.keystone(["build", "app"])
        #expect(found.code == 0)
        #expect(found.err.contains("going on with the @keystone/sdk that is there"))
    }

    @Test func missingNpmPackagesAreInstalled() throws {
        try sandbox.writeApp()
        try sandbox.write("app/bun/package.json", #"{"dependencies": {"left-pad": "1", "@keystone/sdk": "*"}}"#)
        let failed = try sandbox.keystone(["build", "app"])
        #expect(failed.code == 1)
        #expect(failed.err.contains("Installing left-pad"))
        #expect(failed.err.contains("bun install failed with code 7"))
        #expect(failed.err.contains("cd \(sandbox.path)/app/bun && bun install"))
        try sandbox.write("install-works", "")
        let installed = try sandbox.keystone(["build", "app"])
        #expect(installed.code == 0)
        #expect(installed.err.contains("bun install in \(sandbox.path)/app/bun"))
        #expect(!(try sandbox.keystone(["build", "app"]).err.contains("Installing")))
    }

    @Test(arguments: ["1.2.99", "0.9", "node 20", ""])
    func anOldBunIsRefusedWithItsMend(version: String) throws {
        try sandbox.writeApp()
        try sandbox.write("old", "#!/bin/sh\necho '\(version)'\n", executable: true)
        let result = try sandbox.keystone(["build", "app"], environment: ["KEYSTONE_BUN": sandbox.path + "/old"])
        #expect(result.code == 1)
        #expect(result.err.contains("too old"))
        #expect(result.err.contains("Install Bun 1.3 or newer"))
    }

    @Test func aMissingBunIsExplainedAndOnlyNeededByAppsWithABunSide() throws {
        try sandbox.writeApp()
        try FileManager.default.removeItem(atPath: engine + "/.tools/bun")
        let missing = try sandbox.keystone(["build", "app"], environment: ["PATH": "/nowhere"])
        #expect(missing.code == 1)
        #expect(missing.err.contains("needs Bun"))
        try sandbox.writeApp(#"{"name": "T", "id": "a.b.c"}"#)
        #expect(try sandbox.keystone(["build", "app"], environment: ["PATH": "/nowhere"]).code == 0)
    }

    @Test func aWrongEngineIsExplained() throws {
        try sandbox.writeApp()
        let result = try sandbox.keystone(["build", "app"], environment: ["KEYSTONE_ENGINE": "/nowhere"])
        #expect(result.code == 1)
        #expect(result.err.contains("there is no /nowhere/bun/host.ts"))
    }

    @Test func aMissingBunRootIsAnError() throws {
        try sandbox.write("app/keystone.json", #"{"name": "T", "id": "a.b.c", "bun": {"root": "web"}}"#)
        for command in ["check", "build"] {
            let result = try sandbox.keystone([command, "app"])
            #expect(result.code == 1)
            #expect(result.err.contains("bun.root: there is no directory \(sandbox.path)/app/web"))
        }
    }

    @Test func runBecomesTheHostWithItsOptions() throws {
        try sandbox.writeApp()
        let result = try sandbox.keystoneBesideFakeHost([
            "run", "app", "--eval", "-1 + 2", "--window=app", "--screenshot", "a.png", "--timeout", "5",
        ])
        #expect(result.code == 9)
        #expect(
            result.out == """
                host \(sandbox.path)/app --screenshot \(sandbox.path)/a.png --eval -1 + 2 --window app --timeout 5
                \(engine) \(engine)/.tools/bun

                """)
    }
}
