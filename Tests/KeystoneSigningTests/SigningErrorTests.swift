import Testing

@testable import KeystoneSigning

@Test func aSigningErrorReadsAsItsMessage() {
    #expect("\(SigningError("no such key"))" == "no such key")
}
