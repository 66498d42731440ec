internal import Glibc

/// One thing in a directory.
public struct Entry: Sendable {
    public enum Kind: String, Sendable {
        case directory, file, link, other
    }

    public let name: FileName
    public let kind: Kind
    /// In bytes; of a link or a folder, nothing.
    public let size: Int
    /// Of the content: milliseconds since 1970.
    public let modified: Int
    /// `rwxr-xr-x` and so on, the lower nine bits.
    public let permissions: Int

    init(name: FileName, status: stat) {
        self.name = name
        kind = Kind(mode: status.st_mode)
        size = kind == .file ? Int(status.st_size) : 0
        modified = status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1_000_000
        permissions = Int(status.st_mode & 0o777)
    }
}

extension Entry.Kind {
    init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFDIR: self = .directory
        case S_IFREG: self = .file
        case S_IFLNK: self = .link
        default: self = .other
        }
    }
}
