import Foundation
import KeystoneBuild
import Testing

struct ToolchainTests {
    private func toolchain(_ app: TestApp, _ environment: [String: String]) throws -> Toolchain {
        try Toolchain.find(environment: environment, engine: app.engine)
    }

    @Test func theOneOnThePathIsFoundThroughLinks() throws {
        let app = try TestApp()
        let own = try toolchain(app, ProcessInfo.processInfo.environment)
        try app.run("mkdir bin")
        try app.link("bin/swiftc", to: own.programs + "/swiftc")
        #expect(try toolchain(app, ["PATH": "relative:\(app.path)/bin"]) == own)
        #expect(try toolchain(app, ["SWIFTC": app.path + "/bin/swiftc", "PATH": ""]) == own)
    }

    @Test func aNamedOneThatIsNoneIsAnError() throws {
        let app = try TestApp(["swiftc": "#!/bin/sh"])
        for path in [app.path + "/swiftc", app.path + "/nowhere", "swiftc"] {
            let error = #expect(throws: BuildError.self) { try toolchain(app, ["SWIFTC": path]) }
            #expect(error?.description.contains("SWIFTC is \(path)") == true)
        }
    }

    @Test func aMissingEngineIsAnErrorWithItsPlaces() throws {
        let error = #expect(throws: BuildError.self) {
            try EngineLibraries.find(engine: "/nowhere/share/keystone", programs: "/nowhere/bin")
        }
        #expect(error?.description.contains("/nowhere/lib/keystone/modules") == true)
    }

    @Test func anInstallationHasItsModulesBesideItsLibrary() throws {
        let app = try TestApp([
            "lib/keystone/modules/Keystone.swiftmodule": "", "lib/keystone/libKeystone.so": "",
        ])
        let found = try EngineLibraries.find(engine: app.path + "/share/keystone", programs: app.path + "/bin")
        #expect(found.modules == app.path + "/lib/keystone/modules")
        #expect(found.libraries == app.path + "/lib/keystone")
    }
}
