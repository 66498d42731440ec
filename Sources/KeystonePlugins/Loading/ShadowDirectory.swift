internal import Glibc
internal import KeystoneSupport

/// Copies of libraries, in a directory that this process alone has. It holds a lock on it while it lives; directories
/// without one are of processes that are gone.
final class ShadowDirectory: Sendable {
    let path: String
    private let lock: OwnedDescriptor

    /// Makes a directory below `parent` and removes those of processes that are gone.
    init(below parent: String) throws(SystemError) {
        try makeDirectories(parent, private: true)
        ShadowDirectory.removeAbandoned(in: parent)
        path = "\(parent)/\(getpid())-\(RandomToken.hex(bytes: 4))"
        // Locked under a name that nobody looks for, so that no other process takes it for abandoned before that.
        let unlocked = path + ".new"
        try systemCall("mkdir", path: unlocked) { [unlocked] in mkdir(unlocked, 0o700) }
        lock = try ShadowDirectory.locked(unlocked)
        try systemCall("rename", path: path) { [path] in rename(unlocked, path) }
    }

    deinit { remove() }

    /// Where a generation of a plugin is copied to.
    func path(for file: PluginFile, generation: Int) -> String {
        "\(path)/\(file.origin.rawValue)/lib\(file.name).\(generation).so"
    }

    /// Where a library that is no plugin is copied to: by its own name, so that others find it beside them.
    func path(native name: String, for origin: PluginOrigin) -> String { "\(path)/\(origin.rawValue)/\(name)" }

    /// Makes the directory for the copies of an origin's libraries, whose `native` leads to that of the originals: a
    /// plugin may look for libraries beside itself.
    func prepare(_ origin: PluginOrigin, originals: String) throws(SystemError) {
        let directory = "\(path)/\(origin.rawValue)"
        guard !fileExists(directory) else { return }
        try makeDirectories(directory, private: true)
        try systemCall("symlink", path: directory) { symlink(originals + "/native", directory + "/native") }
    }

    /// Libraries that are mapped stay so.
    func remove() {
        ShadowDirectory.removeTree(path)
        lock.close()
    }

    private static func locked(_ path: String) throws(SystemError) -> OwnedDescriptor {
        let directory = OwnedDescriptor(
            try systemCall("open", path: path) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
        try systemCall("flock", path: path) { flock(directory.number, LOCK_EX | LOCK_NB) }
        return directory
    }

    private static func removeAbandoned(in parent: String) {
        for name in entries(parent) where isShadowName(name) {
            let path = parent + "/" + name
            // Whoever still runs has the lock.
            guard let lock = try? locked(path) else { continue }
            removeTree(path)
            lock.close()
        }
    }

    /// Removes the two levels that a shadow directory has.
    private static func removeTree(_ path: String) {
        for name in entries(path) {
            let child = path + "/" + name
            for file in entries(child) { unlink(child + "/" + file) }
            rmdir(child)
        }
        rmdir(path)
    }

    /// None where there is no directory.
    private static func entries(_ path: String) -> [String] { (try? directoryEntries(path)) ?? [] }

    /// A process id and eight hexadecimal digits: nothing else in the directory is ours to remove.
    private static func isShadowName(_ name: String) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && Int(parts[0]) != nil && parts[1].utf8.count == 8
            && parts[1].allSatisfy(\.isHexDigit)
    }
}
