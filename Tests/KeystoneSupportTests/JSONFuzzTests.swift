import KeystoneSupport
import TestSupport
import Testing

/// Random values survive writing and reading; random damage never crashes and never goes unnoticed by both readers.
@Suite struct JSONFuzzTests {
    @Test(arguments: 0..<200)
    func valuesSurviveARoundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let value = generator.value()
            let bytes = value.serialized()
            #expect(try JSONValue.parse(bytes) == value)
            #expect(try JSONDocument(bytes).root.value == value)
        }
    }

    @Test(arguments: 0..<200)
    func damagedTextIsReadOrRefusedAlikeByBothReaders(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var options = JSONOptions.config
        options.duplicateKeys = .lastWins
        for _ in 0..<20 {
            var bytes = generator.value().serialized()
            generator.damage(&bytes)
            let value = try? JSONValue.parse(bytes, options: options)
            let located = try? JSONDocument(bytes, options: options).root.value
            #expect(value == located)
            if let value {
                // What was accepted is a value that can be written and read again.
                #expect((try? JSONValue.parse(value.serialized())) == value)
            }
        }
    }
}
