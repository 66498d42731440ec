internal import Glibc

/// What tells one version of a file from another, without reading it.
package struct FileStamp: Sendable, Hashable, CustomStringConvertible {
    private let device: UInt
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int
    private let inode: UInt

    /// `nil` where there is no such file.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = status.st_dev
        size = status.st_size
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
        inode = status.st_ino
    }

    package var description: String { "\(size) \(seconds).\(nanoseconds) \(device):\(inode)" }
}
