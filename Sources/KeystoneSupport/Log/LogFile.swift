internal import Glibc

/// The file that log lines are teed to, rotated by size. Owned and locked by `LogSink`.
///
/// Several processes may append to the same file: lines are single `O_APPEND` writes, and each process looks now and
/// then whether another has rotated the file away.
struct LogFile {
    let path: String
    /// Bytes after which the file becomes `PATH.1`.
    let limit: Int
    /// How many rotated files stay.
    let keep: Int
    private var descriptor: OwnedDescriptor
    private var uncheckedBytes = 0

    init(path: String, limit: Int, keep: Int) throws(SystemError) {
        self.path = path
        self.limit = limit
        self.keep = keep
        descriptor = try LogFile.open(path)
        try rotateWhenNeeded()
    }

    mutating func write(_ line: [UInt8]) throws(SystemError) {
        uncheckedBytes += line.count
        if uncheckedBytes >= min(limit / 8, 64 * 1024) { try rotateWhenNeeded() }
        let number = descriptor.number
        let written = try systemCall("write", path: path) {
            line.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        }
        // A short write to a regular file means that the disk is full.
        if written < line.count { throw SystemError(code: ENOSPC, operation: "write", path: path) }
    }

    func close() { descriptor.close() }

    private mutating func rotateWhenNeeded() throws(SystemError) {
        uncheckedBytes = 0
        var ours = stat()
        var current = stat()
        try systemCall("fstat", path: path) { fstat(descriptor.number, &ours) }
        let present = lstat(path, &current) == 0
        let moved = !present || current.st_ino != ours.st_ino || current.st_dev != ours.st_dev
        guard moved || ours.st_size >= limit else { return }
        if !moved { shift() }
        descriptor = try LogFile.open(path)
    }

    private func shift() {
        guard keep > 0 else {
            unlink(path)
            return
        }
        for index in stride(from: keep - 1, through: 1, by: -1) { rename("\(path).\(index)", "\(path).\(index + 1)") }
        rename(path, "\(path).1")
    }

    /// Opens the file for appending. The default path lies in a directory that everybody may write to, so links and
    /// files of other users are refused.
    private static func open(_ path: String) throws(SystemError) -> OwnedDescriptor {
        try makeDirectories(parentDirectory(of: path))
        // Non-blocking, so that a pipe with no reader can't stop the start.
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let file = OwnedDescriptor(try systemCall("open", path: path) { Glibc.open(path, flags, 0o600) })
        var status = stat()
        try systemCall("fstat", path: path) { fstat(file.number, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SystemError(code: EINVAL, operation: "log to", path: path)
        }
        guard status.st_uid == geteuid() else { throw SystemError(code: EPERM, operation: "log to", path: path) }
        return file
    }
}
