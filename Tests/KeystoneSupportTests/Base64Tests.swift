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
    }

    @Test func `All digits`() {
        #expect(Base64.encode([0xfb, 0xff, 0xbf, 0x00, 0x10, 0x83]) == "+/+/ABCD")
    }
}
