import Glibc
import KeystoneCore
import KeystoneSigning
import KeystoneSupport
import TestSupport
import Testing

@testable import KeystonePlugins

/// An app's directory with libraries in it, and what decides about them.
struct TrustHarness {
    let directory: TemporaryDirectory
    let content = Array("\u{7F}ELF, as far as trust knows".utf8)

    init() throws {
        directory = try TemporaryDirectory()
        try makeDirectories(directory.path + "/app/dylib")
        try makeDirectories(directory.path + "/data/plugins")
        try makeDirectories(directory.path + "/data/extensions")
    }

    func file(_ name: String = "A", _ origin: PluginOrigin = .bundled) -> PluginFile {
        let place =
            switch origin {
            case .bundled: "app/dylib"
            case .user: "data/plugins"
            case .community: "data/extensions"
            }
        return PluginFile(name: name, path: "\(directory.path)/\(place)/lib\(name).so", origin: origin)
    }

    func write(_ file: PluginFile, _ bytes: [UInt8]? = nil) throws {
        try SmallFile.replace(file.path, with: bytes ?? content)
    }

    func sign(_ file: PluginFile, by key: SecretKey, _ bytes: [UInt8]? = nil, as name: String? = nil) throws {
        let signature = try LibrarySignature(of: bytes ?? content, name: name ?? "lib\(file.name).so", by: key)
        try SmallFile.replace(file.path + ".sig", with: Array("\(signature)".utf8))
    }

    func trust(_ keys: [PublicKey] = [], external: Bool = false, development: Bool = true) throws -> PluginTrust {
        var plugins = PluginsConfig()
        plugins.publicKeys = keys.map(\.description)
        plugins.allowExternalSignatures = external
        let environment = ["HOME": directory.path, "XDG_DATA_HOME": directory.path]
        let paths = AppPaths(appID: "data", appRoot: directory.path + "/app", environment: environment)
        return try PluginTrust(plugins, paths: paths, isDevelopment: development)
    }

    /// What the check throws; `nil` for a library that may be loaded.
    func refusal(_ file: PluginFile, by trust: PluginTrust) -> PluginError? {
        do throws(PluginError) {
            _ = try trust.check(file)
            return nil
        } catch {
            return error
        }
    }
}
