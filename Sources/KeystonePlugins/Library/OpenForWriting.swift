internal import Glibc
internal import KeystoneSupport

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
