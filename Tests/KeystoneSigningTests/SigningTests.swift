import KeystoneSupport
import Testing

@testable import KeystoneSigning

private let library = Array("\u{7F}ELF and so on".utf8)

@Suite struct PublicKeyTests {
    @Test func `A key is read as it is written`() throws {
        let key = try SecretKey().publicKey
        #expect("\(key)".hasPrefix("ed25519:") && "\(key)".utf8.count == 52)
        #expect(try PublicKey("\(key)") == key)
        #expect(try PublicKey("\(key)".dropFirst(8)) == key)
    }

    @Test(arguments: [
        "", "ed25519:", "ed25519:AAAA", "rsa:\(String(repeating: "A", count: 43))=", " ed25519:x",
        String(repeating: "A", count: 44), String(repeating: "A", count: 100_000),
    ])
    func `Other texts are no keys`(_ text: String) {
        #expect(throws: SigningError.self) { try PublicKey(text) }
    }

    /// Under these points some signatures hold for every message.
    @Test(arguments: [
        [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F], [UInt8](repeating: 0xFF, count: 32),
    ])
    func `Points of small order are no keys`(_ bytes: [UInt8]) {
        #expect(throws: SigningError.self) { try PublicKey(bytes: bytes) }
    }
}

@Suite struct LibrarySignatureTests {
    @Test func `A signature holds for the library and its name`() throws {
        let signature = try LibrarySignature(of: library, name: "libA.so", by: SecretKey())
        #expect(signature.isValid(for: library, name: "libA.so"))
        #expect(!signature.isValid(for: library + [0], name: "libA.so"))
        #expect(!signature.isValid(for: Array(library.dropLast()), name: "libA.so"))
        #expect(!signature.isValid(for: [], name: "libA.so"))
        #expect(!signature.isValid(for: library, name: "libB.so"))
    }

    /// The border between the name and the bytes is signed too.
    @Test func `A part of the name cannot become a part of the library`() throws {
        let signature = try LibrarySignature(of: Array("\nx".utf8), name: "a", by: SecretKey())
        #expect(!signature.isValid(for: Array("x".utf8), name: "a\n"))
        #expect(!signature.isValid(for: [], name: "a\nx"))
    }

    @Test func `A signature is read as it is written`() throws {
        let signature = try LibrarySignature(of: library, name: "libA.so", by: SecretKey())
        let read = try LibrarySignature(Array("\(signature)".utf8))
        #expect(read == signature && read.isValid(for: library, name: "libA.so"))
    }

    @Test func `Another key in the file does not make it valid`() throws {
        let signature = try LibrarySignature(of: library, name: "libA.so", by: SecretKey())
        let stolen = "\(signature)".replacing("\(signature.key)", with: "\(try SecretKey().publicKey)")
        #expect(try !LibrarySignature(Array(stolen.utf8)).isValid(for: library, name: "libA.so"))
    }

    @Test func `Other files are no signatures`() throws {
        let good = "\(try LibrarySignature(of: library, name: "libA.so", by: SecretKey()))"
        for text in [
            "", "\n", "keystone-signature 2\n" + good.split(separator: "\n")[1...].joined(separator: "\n"),
            good + "\n", String(good.dropLast()), " " + good, good.replacing("\n", with: "\r\n"),
            good.replacing("signature ", with: "signature  "), good + good, good.replacing("ed25519:", with: ""),
        ] {
            #expect(throws: SigningError.self, "\(text)") { try LibrarySignature(Array(text.utf8)) }
        }
        #expect(throws: SigningError.self) { try LibrarySignature([UInt8](repeating: 0xFF, count: 300)) }
        #expect(throws: SigningError.self) { try LibrarySignature([UInt8](repeating: 10, count: 10_000_000)) }
    }
}

@Suite struct ContentHashTests {
    /// `printf abc | b2sum --length 256`
    @Test func `The hash is what b2sum prints`() {
        let hash = ContentHash(of: Array("abc".utf8))
        #expect("\(hash)" == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
        #expect(ContentHash("\(hash)") == hash)
    }

    @Test(arguments: ["", "zz", String(repeating: "A", count: 64), String(repeating: "a", count: 65), "é"])
    func `Other texts are no hashes`(_ text: String) {
        #expect(ContentHash(text) == nil)
    }
}
