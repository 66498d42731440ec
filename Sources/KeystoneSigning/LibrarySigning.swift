internal import KeystoneSupport

/// Libraries in files, with their signatures beside them.
package enum LibrarySigning {
    /// Larger ones are refused.
    private static let maximumSize = 512 << 20

    /// Writes the signature of a library, in one step, over one that is there.
    package static func sign(_ path: String, with key: SecretKey) throws(SigningError) {
        let signature = try LibrarySignature(of: try read(path, limit: maximumSize), name: name(path), by: key)
        do throws(SystemError) {
            try SmallFile.replace(path + LibrarySignature.suffix, with: Array("\(signature)".utf8), mode: 0o644)
        } catch {
            throw SigningError("the signature of \(path) can't be written: \(error.reason)")
        }
    }

    /// Who signed it. Throws where nobody did, or the signature does not hold.
    package static func signer(of path: String) throws(SigningError) -> PublicKey {
        let library = try read(path, limit: maximumSize)
        let signaturePath = path + LibrarySignature.suffix
        guard fileExists(signaturePath) else { throw SigningError("\(path) has no signature (\(signaturePath))") }
        let text = try read(signaturePath, limit: LibrarySignature.maximumSize)
        let signature: LibrarySignature
        do throws(SigningError) {
            signature = try LibrarySignature(text)
        } catch {
            throw SigningError("\(signaturePath): \(error)")
        }
        guard signature.isValid(for: library, name: name(path)) else {
            throw SigningError("\(path) was changed or renamed after it was signed")
        }
        return signature.key
    }

    private static func read(_ path: String, limit: Int) throws(SigningError) -> [UInt8] {
        do throws(SystemError) {
            return try SmallFile.read(path, limit: limit)
        } catch {
            throw SigningError("\(path) can't be read: \(error.reason)")
        }
    }

    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
