internal import Glibc
package import KeystoneCore
package import KeystoneSigning
package import KeystoneSupport

/// Decides whether a library may be loaded: where it lies, who may write to it, who signed it.
///
/// With keys, every library needs a signature: those in `dir` and `userDir`, and without `allowsExternalSignatures` those
/// in `extensionDir` too, by one of the keys; with it, one in `extensionDir` may be signed by any key, which is then the
/// only other one that may sign a library of that name. See `docs/guide/security.md`.
package struct PluginTrust: Sendable {
    /// A library larger than this is refused.
    package static let maximumSize = 512 << 20

    let keys: [PublicKey]
    let allowsExternalSignatures: Bool
    let publishers: KnownPublishers
    /// Directories above which nobody looks.
    let roots: [String]
    var guardian = WriteGuard.own

    /// Without keys and without an app: looks at paths and permissions alone.
    package init() {
        keys = []
        allowsExternalSignatures = false
        publishers = KnownPublishers(directory: "", log: Logger("plugins"))
        roots = []
    }

    /// - Parameters:
    ///   - paths: The app's; which keys signed whose extensions is remembered in its data directory.
    ///   - isDevelopment: Without keys, a packaged app says once in the log that libraries aren't checked.
    /// Throws for a key that is none; its place is in the message.
    package init(
        _ plugins: PluginsConfig, paths: AppPaths, isDevelopment: Bool, log: Logger = Logger("plugins")
    ) throws(SigningError) {
        var keys: [PublicKey] = []
        for (index, text) in plugins.publicKeys.enumerated() {
            do throws(SigningError) {
                keys.append(try PublicKey(text))
            } catch {
                throw SigningError("plugins.publicKeys[\(index)]: \(error)")
            }
        }
        self.keys = keys
        allowsExternalSignatures = plugins.allowExternalSignatures
        publishers = KnownPublishers(directory: paths.data + "/plugin-publishers", log: log)
        roots = [paths.appRoot, paths.data]
        if plugins.enabled, keys.isEmpty, !isDevelopment {
            log.info("plugins.publicKeys names no keys: plugins are loaded without a signature")
        }
    }

    /// Opens a library and answers what was checked. Reads all of it; takes about a millisecond for a mebibyte.
    package func check(_ file: PluginFile) throws(PluginError) -> CheckedLibrary {
        let directory = try GuardedDirectory.open(of: file, roots: roots, guardian: guardian)
        let name = fileName(file.path)
        guard let library = try open(name, in: directory, for: file) else {
            throw PluginError(.notALibrary, file: file.path, "is not there any more")
        }
        let bytes = try read(library, limit: PluginTrust.maximumSize, "it", file)
        let signer = keys.isEmpty ? nil : try signer(of: bytes, name, in: directory, file)
        return CheckedLibrary(
            file: file, bytes: bytes, descriptor: library.descriptor, content: ContentHash(of: bytes), signer: signer)
    }

    // MARK: Files

    private func open(
        _ name: String, in directory: GuardedDirectory, for file: PluginFile
    ) throws(PluginError) -> OpenedFile? {
        let opened: OpenedFile?
        do throws(SystemError) {
            opened = try directory.open(name)
        } catch {
            let links = error.code == EXDEV || error.code == ELOOP
            throw PluginError(
                .unsafePath, file: file.path,
                links
                    ? "\(quoted(name)) is a link that leads out of its directory: put the file itself there"
                    : "\(quoted(name)) can't be opened: \(error.reason)")
        }
        guard let opened else { return nil }
        guard opened.status.isRegular else {
            throw PluginError(.notALibrary, file: file.path, "\(quoted(name)) is no file")
        }
        if let objection = guardian.objection(to: opened.status) {
            throw PluginError(.unsafePath, file: file.path, "\(quoted(name)) \(objection)")
        }
        return opened
    }

    private func read(
        _ opened: OpenedFile, limit: Int, _ subject: String, _ file: PluginFile
    ) throws(PluginError) -> [UInt8] {
        do throws(SystemError) {
            return try opened.read(limit: limit)
        } catch {
            let reason =
                switch error.code {
                case EFBIG: "has \(opened.status.size) bytes; \(limit) are allowed"
                case EBUSY: "is still being written"
                default: "can't be read: \(error.reason)"
                }
            throw PluginError(.notALibrary, file: file.path, "\(subject) \(reason)")
        }
    }

    // MARK: Signatures

    private func signer(
        of bytes: [UInt8], _ name: String, in directory: GuardedDirectory, _ file: PluginFile
    ) throws(PluginError) -> PublicKey {
        let signature = try signature(name, in: directory, file)
        guard signature.isValid(for: bytes, name: name) else {
            throw PluginError(
                .untrusted, file: file.path,
                "its signature does not fit: the library was changed or renamed after it was signed, or the signature "
                    + "belongs to another build. Sign it again: keystone sign")
        }
        let isAppKey = keys.contains(signature.key)
        if !isAppKey { try checkStranger(signature.key, file) }
        if file.origin == .community { try publishers.check(signature.key, of: file, isAppKey: isAppKey) }
        return signature.key
    }

    private func signature(
        _ library: String, in directory: GuardedDirectory, _ file: PluginFile
    ) throws(PluginError) -> LibrarySignature {
        let name = library + LibrarySignature.suffix
        guard let opened = try open(name, in: directory, for: file) else {
            throw PluginError(
                .untrusted, file: file.path,
                "there is no signature \(quoted(name)) beside it, and plugins.publicKeys asks for one: keystone sign, or "
                    + "KEYSTONE_SIGNING_KEY for what is built from source")
        }
        let text = try read(opened, limit: LibrarySignature.maximumSize, quoted(name), file)
        do throws(SigningError) {
            return try LibrarySignature(text)
        } catch {
            throw PluginError(.untrusted, file: file.path, "\(quoted(name)): \(error). Sign it again: keystone sign")
        }
    }

    /// A key that the app doesn't name.
    private func checkStranger(_ key: PublicKey, _ file: PluginFile) throws(PluginError) {
        if allowsExternalSignatures, file.origin == .community { return }
        let remedy =
            file.origin == .community
            ? "Add the key there, or set plugins.allowExternalSignatures"
            : "Add the key there, or sign the library with one that it names: keystone sign"
        throw PluginError(
            .untrusted, file: file.path, "it is signed by \(key), which is not in plugins.publicKeys. \(remedy)")
    }
}
