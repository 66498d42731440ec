internal import CSodium
internal import KeystoneSupport

/// Names a file by what is in it: BLAKE2b with 32 bytes, as `b2sum --length 256` prints it.
package struct ContentHash: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(of content: [UInt8]) {
        // Whether or not it could be set up, a hash needs no random numbers; set up, it is the quicker one.
        _ = Sodium.isReady
        var hash = [UInt8](repeating: 0, count: Int(crypto_generichash_BYTES))
        crypto_generichash(&hash, hash.count, content, UInt64(content.count), nil, 0)
        bytes = hash
    }

    /// Reads what `description` wrote.
    package init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: 64, by: 2) {
            guard let high = ContentHash.digit(digits[start]), let low = ContentHash.digit(digits[start + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    package var description: String { bytes.hexadecimal }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
