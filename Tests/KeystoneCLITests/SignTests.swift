import Foundation
import Testing

@Suite struct SignTests {
    let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        try sandbox.write("dylib/libA.so", "a library")
        try sandbox.write("dylib/native/libn.so.1", "another")
        try sandbox.write("dylib/readme.txt", "none")
    }

    private func sign(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandResult {
        try sandbox.keystone(["sign"] + arguments, environment: environment)
    }

    private func makeKey(_ name: String) throws -> String {
        let result = try sign("--new-key", name)
        #expect(result.code == 0 && result.err.contains("\"publicKeys\": [\"ed25519:"))
        return result.out.trimmingCharacters(in: .newlines)
    }

    @Test func `A key is made, signs a directory, and its signatures hold`() throws {
        let publicKey = try makeKey("k")
        let attributes = try FileManager.default.attributesOfItem(atPath: sandbox.path + "/k")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try sign("--public-key", "--key", "k").out == publicKey + "\n")
        #expect(try sign("--key", "k", "dylib").code == 0)
        #expect(sandbox.exists("dylib/libA.so.sig") && sandbox.exists("dylib/native/libn.so.1.sig"))
        #expect(!sandbox.exists("dylib/readme.txt.sig"))
        // Signatures are no libraries: a second time signs the same two.
        #expect(
            try sign("dylib", environment: ["KEYSTONE_SIGNING_KEY": "k"]).err.components(separatedBy: "signed ").count
                == 3)
        let checked = try sign("--verify", "--key", "k", "dylib")
        #expect(checked.code == 0 && checked.out.contains("dylib/libA.so: signed by \(publicKey)"))
    }

    @Test func `Verifying says what does not hold`() throws {
        _ = try makeKey("k")
        _ = try makeKey("other")
        #expect(try sign("--verify", "dylib/libA.so").err.contains("has no signature"))
        #expect(try sign("--key", "k", "dylib/libA.so").code == 0)
        let foreign = try sign("--verify", "--key", "other", "dylib/libA.so")
        #expect(foreign.code == 1 && foreign.err.contains("is signed by"))
        try sandbox.write("dylib/libA.so", "a library!")
        let changed = try sign("--verify", "dylib")
        #expect(changed.code == 1 && changed.err.contains("libA.so was changed or renamed after it was signed"))
        #expect(changed.err.contains("libn.so.1 has no signature"))
    }

    @Test func `A key is never overwritten, and must be its owner's alone`() throws {
        let publicKey = try makeKey("k")
        #expect(try sign("--new-key", "k").err.contains("is there already"))
        #expect(try sign("--public-key", "--key", "k").out == publicKey + "\n")
        chmod(sandbox.path + "/k", 0o640)
        let open = try sign("--key", "k", "dylib")
        #expect(open.code == 1 && open.err.contains("others may read or change the key file k"))
        #expect(!sandbox.exists("dylib/libA.so.sig"))
    }

    @Test func `What is no key is refused`() throws {
        for text in [
            "", "keystone-secret-key 1\n", "keystone-secret-key 1\nAAAA\n", String(repeating: "x", count: 1_000_000),
        ] {
            try sandbox.write("bad", text)
            chmod(sandbox.path + "/bad", 0o600)
            let result = try sign("--key", "bad", "dylib")
            #expect(result.code == 1 && !sandbox.exists("dylib/libA.so.sig"), "\(text.prefix(40)): \(result.err)")
        }
        #expect(try sign("--key", "/dev/zero", "dylib").err.contains("is no file"))
        #expect(try sign("--key", "missing", "dylib").err.contains("No such file"))
    }

    @Test(arguments: [
        ([], "LIBRARY or DIR is missing"), (["dylib"], "no key"), (["--new-key", "a", "--verify"], "goes without"),
        (["--new-key", "a", "dylib"], "takes nothing but its file"),
        (["--public-key", "--key", "k", "dylib"], "takes no library"),
        (["--key"], "needs a value"), (["--verify", ""], "is empty"),
    ])
    func `Wrong usage is explained with code 2`(_ arguments: [String], _ message: String) throws {
        let result = try sandbox.keystone(["sign"] + arguments)
        #expect(result.code == 2 && result.err.contains(message), "\(result.err)")
    }

    @Test func `A directory without libraries is no success`() throws {
        _ = try makeKey("k")
        try sandbox.write("empty/readme", "")
        #expect(try sign("--key", "k", "empty").err.contains("holds no libraries"))
        #expect(try sign("--key", "k", "nowhere/libX.so").code == 1)
    }

    @Test func `Checking an app warns of libraries that would not be loaded`() throws {
        let publicKey = try makeKey("k")
        let config = #"{"name": "T", "id": "a.b.c", "plugins": {"publicKeys": ["\#(publicKey)"]}}"#
        try sandbox.write("keystone.json", config)
        let unsigned = try sandbox.keystone(["check"])
        #expect(unsigned.code == 0 && unsigned.err.contains("libA.so has no signature"), "\(unsigned.err)")
        #expect(unsigned.err.contains("it will not be loaded"))
        _ = try sign("--key", "k", "dylib")
        #expect(try sandbox.keystone(["check"]).err.isEmpty)
    }
}
