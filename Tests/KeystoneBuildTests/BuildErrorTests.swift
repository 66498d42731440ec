import Testing

@testable import KeystoneBuild

@Test func aBuildErrorReadsAsItsMessage() {
    #expect("\(BuildError("no compiler"))" == "no compiler")
}
