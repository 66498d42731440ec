/// Secrets from the kernel's random source (`getrandom`, which the standard library's generator calls on Linux).
package enum RandomToken {
    /// `bytes` random bytes as lower-case hexadecimal digits, two a byte. 32 bytes make a session token.
    package static func hex(bytes: Int = 32) -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes * 2)
        for _ in 0..<bytes {
            let byte = UInt8.random(in: .min ... .max, using: &generator)
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
