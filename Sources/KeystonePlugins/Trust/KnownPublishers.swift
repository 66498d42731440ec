internal import Glibc
internal import KeystoneSigning
internal import KeystoneSupport

/// Which key signed the first extension of each name: one file a name, made once, so that an update by another key is
/// noticed. A stranger's key says nothing about the stranger; that it is the same one as before does.
struct KnownPublishers: Sendable {
    let directory: String
    let log: Logger

    /// - Parameter isAppKey: A key that the app itself names may sign anything; where it signs first, no other may follow.
    func check(_ key: PublicKey, of file: PluginFile, isAppKey: Bool) throws(PluginError) {
        // With an ending, since a plugin may be called `..`.
        let record = "\(directory)/\(file.name).key"
        guard let known = try read(record, file) else {
            try remember(key, record, file, isAppKey: isAppKey)
            return
        }
        guard known != key, !isAppKey else { return }
        throw PluginError(
            .untrusted, file: file.path,
            "it is signed by \(key), but the first \(quoted(file.name)) was signed by \(known). If its publisher really "
                + "has a new key, remove \(quoted(record)) and load it again")
    }

    private func read(_ record: String, _ file: PluginFile) throws(PluginError) -> PublicKey? {
        do {
            let text = String(decoding: try SmallFile.read(record, limit: 128), as: UTF8.self)
            return try PublicKey(text.hasSuffix("\n") ? text.dropLast() : text[...])
        } catch let error as SystemError where error.code == ENOENT {
            return nil
        } catch {
            throw PluginError(
                .untrusted, file: file.path,
                "who signed it first can't be read: \(error). Mend or remove \(quoted(record))")
        }
    }

    /// Two processes may do this at a time: the first one's key stays.
    private func remember(
        _ key: PublicKey, _ record: String, _ file: PluginFile, isAppKey: Bool
    ) throws(PluginError) {
        let draft = "\(directory)/.\(RandomToken.hex(bytes: 8))"
        do throws(SystemError) {
            try makeDirectories(directory, private: true)
            try SmallFile.replace(draft, with: Array("\(key)\n".utf8))
            defer { unlink(draft) }
            try systemCall("link", path: record) { link(draft, record) }
        } catch {
            guard error.code == EEXIST else {
                throw PluginError(
                    .untrusted, file: file.path,
                    "who signed it can't be remembered: \(error). Mend \(quoted(directory))")
            }
            return try check(key, of: file, isAppKey: isAppKey)
        }
        guard !isAppKey else { return }
        log.warning(
            "the plugin \(quoted(file.name)) is new, and signed by \(key), which the app doesn't name: only that key may "
                + "sign it from now on")
    }
}
