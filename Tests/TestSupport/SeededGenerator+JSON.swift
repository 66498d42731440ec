package import KeystoneSupport

/// JSON as nobody would write it.
extension SeededGenerator {
    package mutating func text() -> String {
        let alphabet: [Character] = [
            "a", "é", "😀", "\"", "\\", "\n", "\u{1}", "/", " ", "\u{2028}", "\u{7F}", "0",
        ]
        return String((0..<number(0...20)).compactMap { _ in alphabet.randomElement(using: &self) })
    }

    package mutating func value(depth: Int = 0) -> JSONValue {
        switch number(0...(depth < 5 ? 7 : 5)) {
        case 0: .null
        case 1: .bool(Bool.random(using: &self))
        case 2: .integer(Int64.random(in: .min ... .max, using: &self))
        case 3: .number(Double.random(in: -1e30...1e30, using: &self))
        case 4: .number(Double(number(-9...9)))
        case 5: .string(text())
        case 6: .array((0..<number(0...6)).map { _ in value(depth: depth + 1) })
        default: .object(JSONObject((0..<number(0...12)).map { _ in (text(), value(depth: depth + 1)) }))
        }
    }

    /// Replaces, removes or adds something, at some depth.
    package mutating func mutated(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object) where !object.isEmpty && chance(0.85):
            mutated(object)
        case .array(let values) where !values.isEmpty && chance(0.7):
            mutated(values)
        case .string(let text) where chance(0.3):
            .string(String(repeating: text + "x", count: number(0...300)))
        default:
            self.value(depth: 3)
        }
    }

    private mutating func mutated(_ object: JSONObject) -> JSONValue {
        var copy = object
        let key = object.keys[number(0...(object.count - 1))]
        switch number(0...4) {
        case 0: copy[key] = nil
        case 1: copy[text()] = value(depth: 3)
        default: copy[key] = mutated(object[key] ?? .null)
        }
        return .object(copy)
    }

    private mutating func mutated(_ values: [JSONValue]) -> JSONValue {
        var copy = values
        let index = number(0...(values.count - 1))
        if chance(0.2) { copy.remove(at: index) } else { copy[index] = mutated(values[index]) }
        return .array(copy)
    }
}
