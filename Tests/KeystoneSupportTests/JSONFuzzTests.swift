import KeystoneSupport
import Testing

/// Random values survive writing and reading; random damage never crashes and never goes unnoticed by both readers.
@Suite struct JSONFuzzTests {
    /// A small generator with a known sequence (SplitMix64), so that a failing seed can be run again.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }

        mutating func text() -> String {
            let alphabet: [Character] = [
                "a", "é", "😀", "\"", "\\", "\n", "\u{1}", "/", " ", "\u{2028}", "\u{7F}", "0",
            ]
            return String(
                (0..<Int.random(in: 0...20, using: &self)).compactMap { _ in
                    alphabet.randomElement(using: &self)
                })
        }

        mutating func value(depth: Int = 0) -> JSONValue {
            switch Int.random(in: 0...(depth < 5 ? 7 : 5), using: &self) {
            case 0: return .null
            case 1: return .bool(Bool.random(using: &self))
            case 2: return .integer(Int64.random(in: .min ... .max, using: &self))
            case 3: return .number(Double.random(in: -1e30...1e30, using: &self))
            case 4: return .number(Double(Int.random(in: -9...9, using: &self)))
            case 5: return .string(text())
            case 6:
                return .array(
                    (0..<Int.random(in: 0...6, using: &self)).map { _ in value(depth: depth + 1) })
            default:
                return .object(
                    JSONObject(
                        (0..<Int.random(in: 0...12, using: &self)).map { _ in (text(), value(depth: depth + 1))
                        }))
            }
        }

        mutating func damage(_ bytes: inout [UInt8]) {
            for _ in 0..<Int.random(in: 1...4, using: &self) {
                let index = Int.random(in: 0...bytes.count, using: &self)
                switch Int.random(in: 0...2, using: &self) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &self), at: index)
                case 1 where index < bytes.count: bytes.remove(at: index)
                default: bytes.removeSubrange(index...)
                }
            }
        }
    }

    @Test(arguments: 0..<200)
    func valuesSurviveARoundTrip(seed: UInt64) throws {
        var generator = Generator(state: seed)
        for _ in 0..<10 {
            let value = generator.value()
            let bytes = value.serialized()
            #expect(try JSONValue.parse(bytes) == value)
            #expect(try JSONDocument(bytes).root.value == value)
        }
    }

    @Test(arguments: 0..<200)
    func damagedTextIsReadOrRefusedAlikeByBothReaders(seed: UInt64) {
        var generator = Generator(state: seed)
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
