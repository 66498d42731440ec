/// Random numbers with a known sequence (SplitMix64), so that a failing seed can be run again.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    package mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }

    package mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// Inserts, removes and cuts off a few bytes.
    package mutating func damage(_ bytes: inout [UInt8]) {
        for _ in 0..<number(1...4) {
            let index = number(0...bytes.count)
            switch number(0...2) {
            case 0: bytes.insert(UInt8.random(in: 0...255, using: &self), at: index)
            case 1 where index < bytes.count: bytes.remove(at: index)
            default: bytes.removeSubrange(index...)
            }
        }
    }
}
