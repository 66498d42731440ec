internal import Glibc

extension Tree {
    /// Gives an entry another name in its directory. Throws `conflict` where that is taken.
    public func rename(_ path: RelativePath, to name: FileName) throws(FileError) {
        guard let old = path.last else { throw FileError(.bad, "the topmost folder can't be renamed here") }
        guard old != name else { return }
        let directory = try directory(path.parent)
        let kind = Entry.Kind(mode: try directory.status(of: old).st_mode)
        guard kind == .directory || !directory.link(old, name) else {
            return try directory.unlink(old, directory: false)
        }
        let failure = errno
        guard kind == .directory || failure != EEXIST else { throw FileError(errno: failure, name.text) }
        // A folder, or a file system without hard links. Here somebody may come between the look and the move; a folder can
        // only take the place of an empty one even then.
        if (try? directory.status(of: name)) != nil { throw FileError(errno: EEXIST, name.text) }
        let moved = old.withCString { from in
            name.withCString { to in renameat(directory.number, from, directory.number, to) }
        }
        guard moved == 0 else { throw .last(old.text) }
    }

    /// Removes an entry for good. A folder that is not empty is removed with all that is in it where `recursive` is set, else
    /// `conflict` is thrown. Links are removed, what they lead to is not.
    public func remove(_ path: RelativePath, recursive: Bool) throws {
        guard let name = path.last else { throw FileError(.bad, "the topmost folder can't be deleted here") }
        let directory = try directory(path.parent)
        guard Entry.Kind(mode: try directory.status(of: name).st_mode) == .directory else {
            return try directory.unlink(name, directory: false)
        }
        if recursive { try empty(try directory.opened(name, directory: true), depth: path.names.count) }
        try directory.unlink(name, directory: true)
    }

    private func empty(_ directory: Descriptor, depth: Int) throws {
        guard depth < RelativePath.maximumDepth else { throw FileError(.conflict, "the folders are too deep") }
        let reader = try DirectoryReader(directory)
        while let (name, known) = reader.next() {
            try Task.checkCancellation()
            let kind = try known ?? Entry.Kind(mode: directory.status(of: name).st_mode)
            if kind == .directory { try empty(try directory.opened(name, directory: true), depth: depth + 1) }
            try directory.unlink(name, directory: kind == .directory)
        }
    }
}

extension Descriptor {
    fileprivate func link(_ old: FileName, _ new: FileName) -> Bool {
        old.withCString { from in new.withCString { to in linkat(number, from, number, to, 0) } } == 0
    }

    fileprivate func unlink(_ name: FileName, directory: Bool) throws(FileError) {
        let removed = name.withCString { unlinkat(number, $0, directory ? AT_REMOVEDIR : 0) }
        guard removed == 0 else { throw .last(name.text) }
    }
}
