import KeystoneSupport
import Testing

@Suite struct Base64Tests {
    /// The vectors of RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `The standard's vectors`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test func `All digits`() {
        #expect(Base64.encode([0xfb, 0xff, 0xbf, 0x00, 0x10, 0x83]) == "+/+/ABCD")
    }

    @Test func `Every byte at every place survives`() {
        for length in 0..<9 {
            for byte in UInt8.min...UInt8.max {
                let bytes = (0..<length).map { byte &+ UInt8(truncatingIfNeeded: $0 &* 37) }
                #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            }
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AA=", "A===", "====", "AA==AAAA", "AAA=AAA=", "AB==", "AAB=", "AA==\n", " AA==", "A-_A",
        "AÄ==",
        "=AAA",
    ])
    func `Nothing but what encode writes is read`(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
