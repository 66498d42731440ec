internal import Glibc

/// The files below one directory, and nothing else.
///
/// Every path is walked name by name from the open root, and no step goes through a link: whatever a page asks for, and
/// whatever is moved or linked meanwhile, there is no way out. A link that stays inside is a path of its own: see `resolve`.
public struct Tree: Sendable {
    /// Absolute, without links in it.
    public let rootPath: String
    private let root: Descriptor

    public init(_ path: String) throws(FileError) {
        guard let real = realpath(path, nil) else { throw .last(path) }
        defer { free(real) }
        rootPath = String(cString: real)
        root = try .root(rootPath)
    }

    /// Opens a directory.
    func directory(_ path: RelativePath) throws(FileError) -> Descriptor {
        var directory = root
        for name in path.names { directory = try directory.opened(name, directory: true) }
        return directory
    }

    /// Throws where there is no directory at the path, or none that may be read.
    public func requireDirectory(_ path: RelativePath) throws(FileError) { _ = try directory(path) }

    /// Where a link leads, as it is written in it.
    public func target(_ path: RelativePath) throws(FileError) -> String {
        guard let name = path.last else { throw FileError(.conflict, "the topmost folder is no link") }
        return FileName(bytes: try directory(path.parent).target(of: name)).text
    }

    /// What is at a path; the root's name is that of its directory.
    public func entry(_ path: RelativePath) throws(FileError) -> Entry {
        guard let name = path.last else {
            let last = rootPath.utf8.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? [0x2F]
            return Entry(name: FileName(bytes: last), status: try root.status())
        }
        return Entry(name: name, status: try directory(path.parent).status(of: name))
    }

    /// Opens a plain file for reading.
    public func file(_ path: RelativePath) throws(FileError) -> (Descriptor, Entry) {
        guard let name = path.last else { throw FileError(.conflict, "a folder has no content") }
        let directory = try directory(path.parent)
        // What is no plain file is not even opened: some devices do things when they are.
        let kind = Entry(name: name, status: try directory.status(of: name)).kind
        guard kind == .file else { throw FileError(.conflict, "“\(name.text)” is no plain file") }
        let file = try directory.opened(name, directory: false)
        let entry = Entry(name: name, status: try file.status())
        guard entry.kind == .file else { throw FileError(.conflict, "“\(name.text)” is no plain file") }
        return (file, entry)
    }

    /// The path that is reached by following all links, for as long as they stay below the root.
    public func resolve(_ path: RelativePath) throws(FileError) -> RelativePath {
        var waiting = Array(path.names.reversed())
        var done: [FileName] = []
        var links = 0
        while let name = waiting.popLast() {
            guard name.bytes != [0x2E, 0x2E] else {
                guard done.popLast() != nil else { throw Self.leadsOut(path) }
                continue
            }
            let directory = try directory(RelativePath(names: done))
            guard Entry.Kind(mode: try directory.status(of: name).st_mode) == .link else {
                done.append(name)
                continue
            }
            links += 1
            guard links <= 40 else { throw FileError(.conflict, "“\(path.text)” leads in a circle") }
            let target = try directory.target(of: name)
            var steps = target[...]
            if target.first == UInt8(ascii: "/") {
                let rootBytes = rootPath == "/" ? [] : Array(rootPath.utf8)
                let isBelow = target == rootBytes || target.starts(with: rootBytes + [UInt8(ascii: "/")])
                guard isBelow else { throw Self.leadsOut(path) }
                steps = target.dropFirst(rootBytes.count)
                done = []
            }
            for step in steps.split(separator: UInt8(ascii: "/")).reversed() where step != [0x2E] {
                waiting.append(FileName(bytes: step))
            }
        }
        return RelativePath(names: done)
    }

    private static func leadsOut(_ path: RelativePath) -> FileError {
        FileError(.forbidden, "“\(path.last?.text ?? "")” leads out of the folder that this app may see")
    }
}

extension Descriptor {
    func target(of link: FileName) throws(FileError) -> [UInt8] {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, filled in
            count = link.withCString { name in
                buffer.withMemoryRebound(to: CChar.self) { characters in
                    characters.baseAddress.map { readlinkat(number, name, $0, characters.count) } ?? -1
                }
            }
            filled = max(count, 0)
        }
        guard count >= 0 else { throw .last(link.text) }
        return bytes
    }
}
