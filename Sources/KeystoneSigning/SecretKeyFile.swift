internal import Glibc
internal import KeystoneSupport

/// A secret key in a file that its owner alone may read: a line with the format, and one with the base64 of the seed.
package enum SecretKeyFile {
    private static let header = "keystone-secret-key 1"
    private static let limit = 256

    /// Makes the file, mode 0600; one that is there stays as it is, and that is an error.
    package static func write(_ key: SecretKey, to path: String) throws(SigningError) {
        let text = "\(header)\n\(Base64.encode(key.seed))\n"
        do throws(SystemError) {
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
            let file = OwnedDescriptor(try systemCall("open", path: path) { open(path, flags, 0o600) })
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = try systemCall("write", path: path) {
                    rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
                }
                rest = rest.dropFirst(count)
            }
            try systemCall("fsync", path: path) { fsync(file.number) }
        } catch {
            guard error.code == EEXIST else { throw SigningError("\(path) can't be written: \(error.reason)") }
            throw SigningError("\(path) is there already; a key is never overwritten. Name another file")
        }
    }

    /// Throws for a file that others may read or change, or that belongs to somebody else.
    package static func read(_ path: String) throws(SigningError) -> SecretKey {
        let opened: (status: stat, bytes: [UInt8])
        do throws(SystemError) {
            opened = try readFile(path)
        } catch {
            throw SigningError("the key file \(path) can't be read: \(error.reason)")
        }
        try checkOwnership(opened.status, path)
        return try parse(opened.bytes, path)
    }

    /// At most one byte more than allowed.
    private static func readFile(_ path: String) throws(SystemError) -> (status: stat, bytes: [UInt8]) {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
        let file = OwnedDescriptor(try systemCall("open", path: path) { open(path, flags) })
        var status = stat()
        try systemCall("fstat", path: path) { fstat(file.number, &status) }
        var buffer = [UInt8](repeating: 0, count: limit + 1)
        let count = try systemCall("read", path: path) { Glibc.read(file.number, &buffer, buffer.count) }
        return (status, Array(buffer[..<count]))
    }

    private static func checkOwnership(_ status: stat, _ path: String) throws(SigningError) {
        guard status.st_mode & S_IFMT == S_IFREG else { throw SigningError("\(path) is no file") }
        guard status.st_uid == geteuid() else { throw SigningError("the key file \(path) belongs to somebody else") }
        guard status.st_mode & 0o077 == 0 else {
            throw SigningError(
                "others may read or change the key file \(path). If nobody has, chmod 600 closes it; else make a new key"
            )
        }
    }

    static func parse(_ bytes: [UInt8], _ path: String) throws(SigningError) -> SecretKey {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard bytes.count <= limit, lines.count == 3, lines[2].isEmpty,
            String(decoding: lines[0], as: UTF8.self) == header,
            let seed = Base64.decode(String(decoding: lines[1], as: UTF8.self))
        else { throw SigningError("\(path) is no secret key of Keystone's; keystone sign --new-key makes one") }
        return try SecretKey(seed: seed)
    }
}
