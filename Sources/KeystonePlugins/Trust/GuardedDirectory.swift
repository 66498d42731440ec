internal import CPosix
internal import Glibc
internal import KeystoneSupport

/// A plugin directory, open, in which nobody but root and the user can put or change anything.
struct GuardedDirectory: Sendable {
    private static let maximumLinks = 8
    private static let maximumDepth = 64

    let descriptor: OwnedDescriptor
    /// For messages.
    let path: String
    let guardian: WriteGuard

    /// Opens a plugin's directory and looks at it and at those above it, up to one of `roots` or the top. What is looked
    /// at are the directories in which the open one really lies, whatever links its path went through.
    static func open(of file: PluginFile, roots: [String], guardian: WriteGuard) throws(PluginError) -> GuardedDirectory
    {
        let path = parentDirectory(of: file.path)
        do {
            let descriptor = OwnedDescriptor(
                try systemCall("open") { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
            let directory = GuardedDirectory(descriptor: descriptor, path: path, guardian: guardian)
            try directory.checkChain(upTo: try roots.compactMap(status), file)
            return directory
        } catch let error as PluginError {
            throw error
        } catch {
            throw PluginError(.unsafePath, file: file.path, "its directory can't be looked at: \(error)")
        }
    }

    /// A root that is not there bounds nothing.
    private static func status(_ root: String) throws(SystemError) -> FileStatus? {
        do throws(SystemError) {
            return try FileStatus(
                of: OwnedDescriptor(try systemCall("open", path: root) { Glibc.open(root, KS_O_PATH | O_CLOEXEC) }))
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw error }
            return nil
        }
    }

    private func checkChain(upTo roots: [FileStatus], _ file: PluginFile) throws {
        var status = try FileStatus(of: descriptor)
        if let objection = guardian.objection(to: status) {
            throw PluginError(.unsafePath, file: file.path, "its directory \(quoted(path)) \(objection)")
        }
        var current = descriptor
        for level in 1...GuardedDirectory.maximumDepth {
            if roots.contains(where: status.isSame) { return }
            let number = current.number
            current = OwnedDescriptor(
                try systemCall("open") { openat(number, "..", KS_O_PATH | O_DIRECTORY | O_CLOEXEC) })
            let parent = try FileStatus(of: current)
            if parent.isSame(as: status) { return }
            status = parent
            if let objection = guardian.objection(toParent: status) {
                let name = quoted(path + String(repeating: "/..", count: level))
                throw PluginError(.unsafePath, file: file.path, "the directory \(name) above it \(objection)")
            }
        }
        throw PluginError(.unsafePath, file: file.path, "it lies too deep in the file system")
    }

    /// Opens a file of the directory; `nil` where there is none. A link is followed only where it names another file of
    /// the same directory.
    func open(_ name: String) throws(SystemError) -> OpenedFile? {
        var name = name
        for _ in 0...GuardedDirectory.maximumLinks {
            do throws(SystemError) {
                let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
                let file = OwnedDescriptor(try systemCall("open") { openat(descriptor.number, name, flags) })
                return OpenedFile(descriptor: file, status: try FileStatus(of: file))
            } catch {
                if error.code == ENOENT { return nil }
                guard error.code == ELOOP else { throw error }
            }
            name = try target(of: name)
            // EXDEV is what the kernel says of a path that leaves its directory (openat2).
            guard !name.isEmpty, !name.contains("/"), name != "..", name != "." else {
                throw SystemError(code: EXDEV, operation: "open")
            }
        }
        throw SystemError(code: ELOOP, operation: "open")
    }

    private func target(of link: String) throws(SystemError) -> String {
        var characters = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try systemCall("readlink") {
            readlinkat(descriptor.number, link, &characters, characters.count)
        }
        return String(decoding: characters[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
