/// Secrets from the kernel's random source (`getrandom`, which the standard library's generator calls on Linux).
package enum RandomToken {
    /// `bytes` random bytes as lower-case hexadecimal digits, two a byte. 32 bytes make a session token.
    package static func hex(bytes: Int = 32) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }.hexadecimal
    }
}
