import KeystoneCore
import KeystoneSupport
import TestSupport
import Testing

/// Whatever stands in the file, the app gets a configuration, and each complaint its place.
@Suite struct ConfigFuzzTests {
    @Test(arguments: 0..<50)
    func changedFiles(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let whole = try JSONDocument(Array(fullConfig.utf8), options: .config).root.value
        for _ in 0..<10 {
            var value = whole
            for _ in 0..<generator.number(1...5) { value = generator.mutated(value) }
            check(value.serialized(), "seed \(seed)")
            var bytes = Array(fullConfig.utf8)
            for _ in 0..<generator.number(1...3) { generator.damage(&bytes) }
            check(bytes, "seed \(seed)")
        }
    }

    private func check(_ bytes: [UInt8], _ comment: Comment) {
        let loaded = ConfigLoader.parse(bytes, file: "k")
        for diagnostic in loaded.diagnostics {
            #expect(diagnostic.description.hasPrefix("k:") || diagnostic.description.hasPrefix("k "), comment)
        }
    }
}
