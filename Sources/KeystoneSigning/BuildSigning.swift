/// Signs the libraries that a build makes, so that an app that asks for signatures runs from source.
package struct BuildSigning: Sendable {
    /// Names the file of the secret key.
    package static let variable = "KEYSTONE_SIGNING_KEY"

    private let key: SecretKey

    /// `nil` where the variable names no key. Throws for one that can't be read.
    package init?(environment: [String: String]) throws(SigningError) {
        guard let path = environment[Self.variable], !path.isEmpty else { return nil }
        do throws(SigningError) {
            key = try SecretKeyFile.read(path)
        } catch {
            throw SigningError("\(Self.variable): \(error)")
        }
    }

    /// Signs those that this key has not signed as they are. Blocks: it reads them.
    package func sign(_ libraries: [String]) throws(SigningError) {
        // Whatever is wrong with the signature that is there, another one mends it.
        for library in libraries where (try? LibrarySigning.signer(of: library)) != key.publicKey {
            try LibrarySigning.sign(library, with: key)
        }
    }
}
