import Glibc
import KeystoneCore
import KeystoneSigning
import KeystoneSupport
import TestSupport
import Testing

@testable import KeystonePlugins

@Suite struct PluginSignatureTests {
    let app: TrustHarness
    let key: SecretKey
    let stranger: SecretKey

    init() throws {
        app = try TrustHarness()
        key = try SecretKey()
        stranger = try SecretKey()
    }

    private func expectUntrusted(
        _ file: PluginFile, by trust: PluginTrust, _ words: String, _ location: SourceLocation = #_sourceLocation
    ) {
        let error = app.refusal(file, by: trust)
        #expect(error?.code == .untrusted, "\(error?.message ?? "loaded")", sourceLocation: location)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")", sourceLocation: location)
    }

    @Test func `Without keys no signature is needed, in development and in packages`() throws {
        try app.write(app.file())
        #expect(try app.refusal(app.file(), by: app.trust()) == nil)
        #expect(try app.refusal(app.file(), by: app.trust(development: false)) == nil)
    }

    @Test(arguments: PluginOrigin.allCases) func `With keys, one of them must have signed`(_ origin: PluginOrigin)
        throws
    {
        let trust = try app.trust([SecretKey().publicKey, key.publicKey])
        let file = app.file("A", origin)
        try app.write(file)
        expectUntrusted(file, by: trust, "there is no signature \"libA.so.sig\"")
        try app.sign(file, by: stranger)
        expectUntrusted(file, by: trust, "which is not in plugins.publicKeys")
        try app.sign(file, by: key)
        #expect(try trust.check(file).signer == key.publicKey)
        try app.write(file, app.content + [0])
        expectUntrusted(file, by: trust, "its signature does not fit")
    }

    @Test func `A signature is for one name`() throws {
        let trust = try app.trust([key.publicKey])
        try app.write(app.file("B"))
        try app.sign(app.file("B"), by: key, as: "libA.so")
        expectUntrusted(app.file("B"), by: trust, "renamed")
    }

    @Test func `A link to a signed neighbour needs a signature of its own`() throws {
        let trust = try app.trust([key.publicKey])
        try app.write(app.file("B"))
        try app.sign(app.file("B"), by: key)
        symlink("libB.so", app.file("A").path)
        expectUntrusted(app.file("A"), by: trust, "there is no signature")
        symlink("libB.so.sig", app.file("A").path + ".sig")
        expectUntrusted(app.file("A"), by: trust, "renamed")
    }

    @Test func `Signatures that are none are refused`() throws {
        let trust = try app.trust([key.publicKey])
        let file = app.file()
        try app.write(file)
        let signature = file.path + ".sig"
        try SmallFile.replace(signature, with: [])
        expectUntrusted(file, by: trust, "no signature of Keystone's")
        truncate(signature, 1 << 40)
        #expect(app.refusal(file, by: trust)?.message.contains("512 are allowed") == true)
        unlink(signature)
        mkfifo(signature, 0o600)
        #expect(app.refusal(file, by: trust) != nil)
        unlink(signature)
        try app.sign(app.file("other"), by: key, as: "libA.so")
        symlink("../dylib/libother.so.sig", signature)
        #expect(app.refusal(file, by: trust)?.code == .unsafePath)
        unlink(signature)
        try app.sign(file, by: key)
        chmod(signature, 0o666)
        #expect(app.refusal(file, by: trust)?.code == .unsafePath)
    }

    @Test func `Strangers may sign extensions alone, and only where that is allowed`() throws {
        for origin in PluginOrigin.allCases {
            try app.write(app.file("A", origin))
            try app.sign(app.file("A", origin), by: stranger)
        }
        let trust = try app.trust([key.publicKey], external: true)
        expectUntrusted(app.file("A", .bundled), by: trust, "not in plugins.publicKeys")
        expectUntrusted(app.file("A", .user), by: trust, "not in plugins.publicKeys")
        #expect(try trust.check(app.file("A", .community)).signer == stranger.publicKey)
        expectUntrusted(
            app.file("A", .community), by: try app.trust([key.publicKey]), "plugins.allowExternalSignatures")
    }

    @Test func `An extension stays with the key that signed it first`() throws {
        let file = app.file("A", .community)
        let trust = try app.trust([key.publicKey], external: true)
        try app.write(file)
        try app.sign(file, by: stranger)
        #expect(app.refusal(file, by: trust) == nil)
        let other = try SecretKey()
        try app.sign(file, by: other)
        expectUntrusted(file, by: trust, "was signed by \(stranger.publicKey)")
        // Also in another run, until somebody removes the record that the message names.
        let next = try app.trust([key.publicKey], external: true)
        expectUntrusted(file, by: next, "A.key")
        try app.sign(file, by: key)
        #expect(app.refusal(file, by: next) == nil)
        unlink(app.directory.path + "/data/plugin-publishers/A.key")
        try app.sign(file, by: other)
        #expect(app.refusal(file, by: next) == nil)
    }

    @Test func `What the app's own key signed first, no stranger takes over`() throws {
        let file = app.file("A", .community)
        let trust = try app.trust([key.publicKey], external: true)
        try app.write(file)
        try app.sign(file, by: key)
        #expect(app.refusal(file, by: trust) == nil)
        try app.sign(file, by: stranger)
        expectUntrusted(file, by: trust, "was signed by \(key.publicKey)")
    }

    @Test func `A record that can't be read refuses`() throws {
        let file = app.file("A", .community)
        try app.write(file)
        try app.sign(file, by: stranger)
        for record in ["", "x", String(repeating: "x", count: 1_000_000)] {
            try app.directory.write("data/plugin-publishers/A.key", record)
            expectUntrusted(file, by: try app.trust([key.publicKey], external: true), "Mend or remove")
        }
    }

    @Test(arguments: ["..", ".", "a\nb", ""]) func `Records of strange names stay in their directory`(_ name: String)
        throws
    {
        let file = app.file(name, .community)
        let trust = try app.trust([key.publicKey], external: true)
        try app.write(file)
        try app.sign(file, by: stranger)
        #expect(app.refusal(file, by: trust) == nil)
        #expect(fileExists(app.directory.path + "/data/plugin-publishers/\(name).key"))
    }

    @Test func `A key that is none is an error that names its place`() throws {
        var plugins = PluginsConfig()
        plugins.publicKeys = ["\(key.publicKey)", "ed25519:AAAA"]
        let paths = AppPaths(appID: "a", appRoot: "/a", environment: [:])
        let error = #expect(throws: SigningError.self) { try PluginTrust(plugins, paths: paths, isDevelopment: true) }
        #expect(error?.description.hasPrefix("plugins.publicKeys[1]: ") == true)
    }
}
