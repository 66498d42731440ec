/// Bytes as text by RFC 4648, section 4.
package enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: length) { text in
            var out = 0
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let count = min(3, bytes.count - start)
                let group =
                    UInt32(bytes[start]) << 16 | (count > 1 ? UInt32(bytes[start + 1]) << 8 : 0)
                    | (count > 2 ? UInt32(bytes[start + 2]) : 0)
                for place in 0..<4 {
                    let digit = digits[Int(group >> UInt32(18 - 6 * place)) & 63]
                    text[out] = place <= count ? digit : UInt8(ascii: "=")
                    out += 1
                }
            }
            return length
        }
    }

    /// The bytes that are written so by `encode`; `nil` for any other text: no spaces, no missing padding, no stray bits.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        var padding = 0
        for character in text.utf8 {
            count += 1
            if character == UInt8(ascii: "=") {
                padding += 1
                group <<= 6
            } else {
                guard padding == 0, let value = value(of: character) else { return nil }
                group = group << 6 | value
            }
            guard count.isMultiple(of: 4) else { continue }
            guard padding <= 2, group & ((1 << UInt32(8 * padding)) - 1) == 0 else { return nil }
            bytes += (0..<3 - padding).map { UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * $0)) }
            group = 0
        }
        return count.isMultiple(of: 4) ? bytes : nil
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
