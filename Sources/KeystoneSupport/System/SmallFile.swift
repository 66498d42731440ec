internal import Glibc

/// Whole small files, bounded.
package enum SmallFile {
    /// The file's bytes; `EFBIG` when it is larger than `limit`.
    package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = OwnedDescriptor(try systemCall("open", path: path) { open(path, O_RDONLY | O_CLOEXEC) })
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = try systemCall("read", path: path) { Glibc.read(file.number, &chunk, chunk.count) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > limit { throw SystemError(code: EFBIG, operation: "read", path: path) }
        }
    }

    /// Replaces the file in one step, mode 0600 unless another is given (less what the umask takes): readers see the old content or the new, never a part.
    package static func replace(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemError) {
        let temporary = "\(path).\(getpid()).\(RandomToken.hex(bytes: 4))"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let file = OwnedDescriptor(try systemCall("open", path: temporary) { open(temporary, flags, mode) })
        do {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = try systemCall("write", path: temporary) {
                    rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
                }
                rest = rest.dropFirst(count)
            }
            try systemCall("rename", path: path) { rename(temporary, path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }
}
