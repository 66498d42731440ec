internal import CPosix
internal import Glibc
internal import KeystoneSupport

/// What `fstat` says of an open file, as far as it matters here.
struct FileStatus: Sendable, Equatable {
    var owner: UInt32
    var group: UInt32
    var mode: UInt32
    var size = 0
    var device: UInt64 = 0
    var inode: UInt64 = 0
    /// There is an access control list, of which the mode shows a part only.
    var hasAccessList = false

    var isRegular: Bool { mode & S_IFMT == S_IFREG }
    var isSticky: Bool { mode & S_ISVTX != 0 }
    func isSame(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}

extension FileStatus {
    init(of file: OwnedDescriptor) throws(SystemError) {
        var status = stat()
        try systemCall("fstat") { fstat(file.number, &status) }
        self.init(
            owner: status.st_uid, group: status.st_gid, mode: status.st_mode, size: Int(status.st_size),
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
            hasAccessList: ks_has_access_list(file.number) != 0)
    }
}

/// A file that was opened once, and whose path is not looked at again.
struct OpenedFile: Sendable {
    let descriptor: OwnedDescriptor
    let status: FileStatus

    /// The whole content; `EFBIG` for more than `limit` bytes, `EBUSY` when it grows meanwhile.
    func read(limit: Int) throws(SystemError) -> [UInt8] {
        guard status.size <= limit else { throw SystemError(code: EFBIG, operation: "read") }
        var bytes = [UInt8](repeating: 0, count: status.size + 1)
        var filled = 0
        while filled < bytes.count {
            let count = try systemCall("read") {
                bytes.withUnsafeMutableBytes {
                    pread(descriptor.number, $0.baseAddress?.advanced(by: filled), $0.count - filled, filled)
                }
            }
            if count == 0 { break }
            filled += count
        }
        guard filled < bytes.count else { throw SystemError(code: EBUSY, operation: "read") }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }
}
