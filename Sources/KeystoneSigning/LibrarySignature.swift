internal import CSodium
internal import KeystoneSupport

/// A detached signature of a library, as it lies beside it in `NAME.sig`:
///
/// ```
/// keystone-signature 1
/// key ed25519:…
/// signature …
/// ```
///
/// It stands for the library's bytes and for the name of its file, so that a signed library can't be put in the place of
/// another. The algorithm is Ed25519ph (RFC 8032, section 5.1).
package struct LibrarySignature: Sendable, Hashable, CustomStringConvertible {
    /// A file larger than this is no signature.
    package static let maximumSize = 512
    package static let suffix = ".sig"
    private static let header = "keystone-signature 1"

    /// Who claims to have signed. Worth nothing before `isValid` has answered.
    package let key: PublicKey
    let bytes: [UInt8]

    /// Signs a library.
    /// - Parameter name: The file's name, without a directory.
    package init(of library: [UInt8], name: String, by secretKey: SecretKey) throws(SigningError) {
        var state = LibrarySignature.state(library, name)
        var signature = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_BYTES))
        let expanded = try secretKey.expanded()
        guard crypto_sign_final_create(&state, &signature, nil, expanded) == 0 else {
            throw SigningError("\(name) could not be signed")
        }
        key = secretKey.publicKey
        bytes = signature
    }

    /// Reads the text of a signature; nothing is said about whether it holds.
    package init(_ text: [UInt8]) throws(SigningError) {
        guard text.count <= LibrarySignature.maximumSize, let text = String(validating: text, as: UTF8.self) else {
            throw SigningError("it is no signature of Keystone's")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first.map(String.init) == LibrarySignature.header else {
            throw SigningError("it is no signature of Keystone's, or one of a newer version")
        }
        guard lines.count == 4, lines[3].isEmpty, lines[1].hasPrefix("key \(PublicKey.prefix)"),
            lines[2].hasPrefix("signature "),
            let bytes = Base64.decode(lines[2].dropFirst("signature ".count)), bytes.count == crypto_sign_ed25519_BYTES
        else { throw SigningError("the signature is damaged") }
        key = try PublicKey(lines[1].dropFirst("key ".count))
        self.bytes = bytes
    }

    /// Whether `key` has signed these bytes for a file of this name.
    package func isValid(for library: [UInt8], name: String) -> Bool {
        var state = LibrarySignature.state(library, name)
        return crypto_sign_final_verify(&state, bytes, key.bytes) == 0
    }

    package var description: String {
        "\(LibrarySignature.header)\nkey \(key)\nsignature \(Base64.encode(bytes))\n"
    }

    /// What is signed: a line that no other use of a key signs, the name with its length, the library.
    private static func state(_ library: [UInt8], _ name: String) -> crypto_sign_state {
        var state = crypto_sign_state()
        crypto_sign_init(&state)
        let start = Array("keystone plugin library\n\(name.utf8.count)\n\(name)\n".utf8)
        crypto_sign_update(&state, start, UInt64(start.count))
        crypto_sign_update(&state, library, UInt64(library.count))
        return state
    }
}
