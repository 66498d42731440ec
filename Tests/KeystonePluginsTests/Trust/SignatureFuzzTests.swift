import KeystoneSigning
import KeystoneSupport
import TestSupport
import Testing

@testable import KeystonePlugins

/// Damaged signatures: refused or, where the damage made no difference, the same.
@Suite struct SignatureFuzzTests {
    @Test(arguments: 0..<200 as Range<UInt64>) func `No damaged signature holds`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let library = (0..<100).map { _ in UInt8(generator.number(0...255)) }
        let good = try LibrarySignature(of: library, name: "libA.so", by: SecretKey())
        for _ in 0..<20 {
            var text = Array("\(good)".utf8)
            generator.damage(&text)
            guard let read = try? LibrarySignature(text) else { continue }
            #expect(!read.isValid(for: library, name: "libA.so") || read == good)
        }
    }
}
