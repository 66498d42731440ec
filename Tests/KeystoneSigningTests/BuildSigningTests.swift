import KeystoneSupport
import TestSupport
import Testing

@testable import KeystoneSigning

@Suite struct BuildSigningTests {
    @Test func `Without a key there is nothing to sign with`() throws {
        #expect(try BuildSigning(environment: [:]) == nil)
        #expect(try BuildSigning(environment: [BuildSigning.variable: ""]) == nil)
    }

    @Test func `A key that can't be read is told by the variable's name`() throws {
        let error = #expect(throws: SigningError.self) {
            try BuildSigning(environment: [BuildSigning.variable: "/nowhere/key"])
        }
        #expect("\(error as Any)".contains("KEYSTONE_SIGNING_KEY") && "\(error as Any)".contains("/nowhere/key"))
    }

    @Test func `What this key has not signed as it is, is signed`() throws {
        let directory = try TemporaryDirectory(), key = try SecretKey()
        try SecretKeyFile.write(key, to: directory.path + "/key")
        let names = ["new", "ours", "foreign", "changed", "broken"]
        let libraries = names.map { "\(directory.path)/lib\($0).so" }
        for name in names { try directory.write("lib\(name).so", name) }
        try LibrarySigning.sign(libraries[1], with: key)
        try LibrarySigning.sign(libraries[2], with: SecretKey())
        try LibrarySigning.sign(libraries[3], with: key)
        try directory.write("libchanged.so", "another version")
        try directory.write("libbroken.so.sig", "no signature")
        let ours = FileStamp(libraries[1] + ".sig")

        try #require(try BuildSigning(environment: [BuildSigning.variable: directory.path + "/key"])).sign(libraries)
        for library in libraries { #expect(try LibrarySigning.signer(of: library) == key.publicKey) }
        #expect(FileStamp(libraries[1] + ".sig") == ours)
        #expect(throws: SigningError.self) {
            try BuildSigning(environment: [BuildSigning.variable: directory.path + "/key"])?.sign(["/nowhere/libX.so"])
        }
    }
}
