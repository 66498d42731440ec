internal import Glibc
internal import KeystoneSupport

/// Tells one version of a file from another without reading it.
struct FileStamp: Sendable, Hashable {
    private var device: UInt
    private var inode: UInt
    private var size: Int
    private var seconds: Int
    private var nanoseconds: Int

    /// `nil`: there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

/// Whether some process has the file open for writing; `false` where the file system can't tell.
func isOpenForWriting(_ descriptor: Int32) -> Bool {
    // What Swift's Glibc leaves out of <fcntl.h>. A lease for reading is refused while anybody may write.
    let setLease: Int32 = 1024
    guard fcntl(descriptor, setLease, F_RDLCK) != 0 else {
        _ = fcntl(descriptor, setLease, F_UNLCK)
        return false
    }
    return SystemError.last("fcntl").code == EAGAIN
}
