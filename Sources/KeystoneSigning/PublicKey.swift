internal import CSodium
internal import KeystoneSupport

/// An Ed25519 key whose signatures can be checked. As text: `ed25519:` and the base64 of its 32 bytes.
package struct PublicKey: Sendable, Hashable, CustomStringConvertible {
    package static let prefix = "ed25519:"
    package let bytes: [UInt8]

    /// Throws for bytes that are no point of the curve, or one of those under which anybody can sign.
    package init(bytes: [UInt8]) throws(SigningError) {
        try Sodium.prepare()
        guard bytes.count == Int(crypto_sign_ed25519_PUBLICKEYBYTES) else {
            throw SigningError("a public key has 32 bytes, not \(bytes.count)")
        }
        guard crypto_core_ed25519_is_valid_point(bytes) == 1 else {
            throw SigningError("these 32 bytes are no Ed25519 key")
        }
        self.bytes = bytes
    }

    /// - Parameter text: As `description` has it; the prefix may be missing.
    package init(_ text: some StringProtocol) throws(SigningError) {
        let digits = text.hasPrefix(PublicKey.prefix) ? text.dropFirst(PublicKey.prefix.count) : text[...]
        guard text.utf8.count <= 64, let bytes = Base64.decode(digits) else {
            throw SigningError("a public key is written as \(PublicKey.prefix) and the base64 of 32 bytes")
        }
        try self.init(bytes: bytes)
    }

    package var description: String { PublicKey.prefix + Base64.encode(bytes) }
}
