internal import Glibc

/// The names in a directory, one after the other; the order is the file system's.
final class DirectoryReader {
    private let stream: OpaquePointer

    /// - Parameter directory: Stays open; the reader has a descriptor and a position of its own.
    init(_ directory: Descriptor) throws(FileError) {
        let own = openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw .last("") }
        guard let stream = fdopendir(own) else {
            close(own)
            throw .last("")
        }
        self.stream = stream
    }

    deinit {
        closedir(stream)
    }

    /// The next name, and what it is where the file system says so at once. `nil` at the end.
    func next() -> (FileName, Entry.Kind?)? {
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { FileName(bytes: $0.prefix { $0 != 0 }) }
            guard name.bytes != [0x2E], name.bytes != [0x2E, 0x2E] else { continue }
            return (name, Entry.Kind(directoryType: Int32(entry.pointee.d_type)))
        }
        return nil
    }
}

extension Entry.Kind {
    fileprivate init?(directoryType: Int32) {
        switch directoryType {
        case Int32(DT_DIR): self = .directory
        case Int32(DT_REG): self = .file
        case Int32(DT_LNK): self = .link
        case Int32(DT_UNKNOWN): return nil
        default: self = .other
        }
    }
}

extension Tree {
    /// Entries of a directory that are handed over at most; more are only counted.
    public static let maximumEntries = 200_000
    private static let batch = 500

    /// What a listing has come to.
    public struct Listed: Sendable {
        /// Entries that were handed over.
        public var entries = 0
        /// Entries that are there and were not.
        public var omitted = 0
    }

    /// Hands over what is in a directory, in batches. What vanishes meanwhile is left out.
    public func list(
        _ path: RelativePath, _ body: (_ batch: [Entry]) async throws -> Void
    ) async throws -> Listed {
        let directory = try directory(path)
        let reader = try DirectoryReader(directory)
        var listed = Listed()
        var waiting: [Entry] = []
        while let (name, _) = reader.next() {
            guard listed.entries < Self.maximumEntries else {
                listed.omitted += 1
                continue
            }
            guard let status = try? directory.status(of: name) else { continue }
            waiting.append(Entry(name: name, status: status))
            listed.entries += 1
            guard waiting.count >= Self.batch else { continue }
            try await body(waiting)
            waiting = []
        }
        if !waiting.isEmpty { try await body(waiting) }
        return listed
    }

    /// The entries of these names as they are now, `nil` for those that are gone.
    public func look(at names: [String], in path: RelativePath) throws(FileError) -> [(name: String, entry: Entry?)] {
        let directory = try directory(path)
        return names.map { text in
            guard let name = try? FileName(text), let status = try? directory.status(of: name) else {
                return (text, nil)
            }
            return (text, Entry(name: name, status: status))
        }
    }
}
