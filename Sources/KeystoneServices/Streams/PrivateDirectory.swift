internal import Glibc
internal import KeystoneSupport

/// Directories that only this user may enter.
enum PrivateDirectory {
    private static let prefix = "keystone-"

    /// Makes a new one, mode 0700, and removes those of processes that were killed.
    static func make(in parent: String) throws(SystemError) -> String {
        removeStale(in: parent)
        let path = "\(parent)/\(prefix)\(getpid())-\(RandomToken.hex(bytes: 4))"
        try systemCall("mkdir", path: path) { mkdir(path, 0o700) }
        // The umask may have taken more away than it should.
        try systemCall("chmod", path: path) { chmod(path, 0o700) }
        return path
    }

    /// Removes a directory with the files that lie directly in it.
    static func remove(_ path: String) {
        for name in names(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    static func remove(_ path: String, file: String) {
        unlink(file)
        rmdir(path)
    }

    private static func removeStale(in parent: String) {
        for name in names(in: parent) {
            let parts = name.split(separator: "-")
            guard name.hasPrefix(prefix), parts.count == 3, let pid = Int32(parts[1]), pid > 1 else { continue }
            // Another user's process counts as alive: its directory is not ours anyway.
            if kill(pid, 0) != 0, SystemError.last("kill").code == ESRCH { remove("\(parent)/\(name)") }
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let listing = opendir(directory) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
