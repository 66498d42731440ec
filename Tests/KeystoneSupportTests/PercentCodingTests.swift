import KeystoneSupport
import Testing

@Suite struct PercentCodingTests {
    @Test(arguments: ["app", "a b/ü%2e", "", "~._-", "日本"])
    func `Decoding gives back what was encoded`(text: String) {
        #expect(percentDecoded(percentEncoded(pathSegment: text)) == text)
    }

    @Test func `A slash is encoded`() {
        #expect(percentEncoded(pathSegment: "a/b") == "a%2Fb")
    }

    @Test(arguments: ["%", "%4", "%zz", "%ff"])
    func `Broken escapes and bytes that are not UTF-8 are refused`(text: String) {
        #expect(percentDecoded(text) == nil)
    }
}
