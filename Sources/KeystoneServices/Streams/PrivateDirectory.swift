internal import Glibc
internal import KeystoneSupport

/// Directories that only this user may enter.
enum PrivateDirectory {
    /// Makes a new one, mode 0700.
    static func make(in parent: String) throws(SystemError) -> String {
        let path = "\(parent)/keystone-\(getpid())-\(RandomToken.hex(bytes: 4))"
        try systemCall("mkdir", path: path) { mkdir(path, 0o700) }
        // The umask may have taken more away than it should.
        try systemCall("chmod", path: path) { chmod(path, 0o700) }
        return path
    }

    static func remove(_ path: String, file: String) {
        unlink(file)
        rmdir(path)
    }
}
