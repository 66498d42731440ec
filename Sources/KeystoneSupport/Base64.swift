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
}
