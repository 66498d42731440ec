internal import Glibc
internal import KeystoneSupport

/// Where a build puts what it makes, until all of it is known to fit together: a directory of its own, so that two builds at
/// a time don't meet.
struct BuildStage: Sendable {
    private static let name = "stage"
    private static let prefix = "stage-"
    /// A directory of this age belongs to a build that was killed.
    private static let leftoverAge = 3600

    let project: NativeProject
    let directory: String
    /// Held by the build that uses what earlier ones left; `nil`: another one is at it.
    private let lock: OwnedDescriptor?

    init(_ project: NativeProject) throws(SystemError) {
        self.project = project
        try makeDirectories(project.buildRecords)
        try makeDirectories(project.moduleDirectory)
        lock = Self.lock(project.buildRecords)
        // The same each time: the compiler compiles everything anew when its arguments differ.
        let name = lock == nil ? Self.prefix + RandomToken.hex(bytes: 4) : Self.name
        directory = "\(project.buildRecords)/\(name)"
        SourceTree.remove(directory)
        try makeDirectories(directory)
    }

    private static func lock(_ path: String) -> OwnedDescriptor? {
        let descriptor = OwnedDescriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        return flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 ? descriptor : nil
    }

    /// Where the objects of a module lie that is compiled file by file.
    func objects(_ module: NativeModule) -> String {
        "\(lock == nil ? directory + "/objects" : project.objectDirectory)/\(module.name)"
    }

    func object(_ module: NativeModule) -> String { "\(directory)/\(module.name).o" }
    func autolink(_ module: NativeModule) -> String { "\(directory)/\(module.name).autolink" }
    /// Where importers look first.
    func interface(_ module: NativeModule) -> String { "\(directory)/\(module.name).swiftmodule" }
    func library(_ module: NativeModule) -> String { "\(directory)/\(module.libraryName)" }

    /// The module as importers of this build see it.
    func currentInterface(_ module: NativeModule) -> String {
        let staged = interface(module)
        return fileExists(staged) ? staged : project.interface(module)
    }

    /// Puts a module's interface on the stage where this build makes no other: the compiler's driver takes one that lay there
    /// in an earlier build, and lies elsewhere now, for changed.
    func provideInterface(of module: NativeModule) {
        // It stays away where the build made one, and where the file system has no links: then it is found where it lies, at
        // the price of compiling all importers' files.
        _ = link(project.interface(module), interface(module))
    }

    /// The library that importers of this build link.
    func currentLibrary(_ module: NativeModule) -> String {
        let staged = library(module)
        return fileExists(staged) ? staged : module.library
    }

    /// Takes the staged interface away where it is the one that is there: then importers need not be compiled again.
    /// Answers whether it is a new one.
    func settleInterface(of module: NativeModule) -> Bool {
        guard let new = try? SmallFile.read(interface(module), limit: Self.maximumSize),
            let old = try? SmallFile.read(project.interface(module), limit: Self.maximumSize), new == old
        else { return true }
        unlink(interface(module))
        return false
    }

    /// Puts a module's interface and library in their places, each in one step.
    func install(_ module: NativeModule) throws(SystemError) {
        if fileExists(interface(module)) { try move(interface(module), to: project.interface(module)) }
        // Whatever the umask: a library that others may write is not loaded.
        let staged = library(module)
        try systemCall("chmod", path: staged) { chmod(staged, 0o755) }
        try makeDirectories(parentDirectory(of: module.library))
        try move(staged, to: module.library)
        ObjectDirectory.settle(objects(module))
    }

    private static let maximumSize = 256 << 20

    private func move(_ source: String, to target: String) throws(SystemError) {
        do {
            try systemCall("rename", path: target) { rename(source, target) }
        } catch {
            guard error.code == EXDEV else { throw error }
            try SmallFile.replace(target, with: try SmallFile.read(source, limit: Self.maximumSize))
            try systemCall("chmod", path: target) { chmod(target, 0o755) }
        }
    }

    /// Removes what is left of it, and what killed builds left behind.
    func remove() {
        SourceTree.remove(directory)
        if let entries = try? SourceTree.entries(of: project.buildRecords) {
            for entry in entries where entry.isDirectory && entry.name.hasPrefix(Self.prefix) {
                var status = stat()
                if stat(entry.path, &status) == 0, time(nil) - status.st_mtim.tv_sec > Self.leftoverAge {
                    SourceTree.remove(entry.path)
                }
            }
        }
        lock?.close()
    }
}
