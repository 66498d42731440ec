internal import CSodium

/// An Ed25519 key that signs.
package struct SecretKey: Sendable {
    /// What the key is made from: the only secret.
    let seed: [UInt8]
    package let publicKey: PublicKey

    /// A new one, from the kernel's random source.
    package init() throws(SigningError) {
        try Sodium.prepare()
        var seed = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_SEEDBYTES))
        randombytes_buf(&seed, seed.count)
        try self.init(seed: seed)
    }

    init(seed: [UInt8]) throws(SigningError) {
        publicKey = try PublicKey(bytes: try SecretKey.pair(seed).publicKey)
        self.seed = seed
    }

    /// The form in which libsodium takes it.
    func expanded() throws(SigningError) -> [UInt8] { try SecretKey.pair(seed).secretKey }

    private static func pair(_ seed: [UInt8]) throws(SigningError) -> (publicKey: [UInt8], secretKey: [UInt8]) {
        try Sodium.prepare()
        guard seed.count == Int(crypto_sign_ed25519_SEEDBYTES) else {
            throw SigningError("a secret key has 32 bytes, not \(seed.count)")
        }
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_PUBLICKEYBYTES))
        var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_SECRETKEYBYTES))
        guard crypto_sign_ed25519_seed_keypair(&publicKey, &secretKey, seed) == 0 else {
            throw SigningError("no key could be made from these bytes")
        }
        return (publicKey, secretKey)
    }
}
