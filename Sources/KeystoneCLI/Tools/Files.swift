internal import FoundationEssentials
internal import Glibc
internal import KeystoneSupport

/// Questions about the file system, answered in one word.
enum Files {
    static func exists(_ path: String) -> Bool { fileExists(path) }

    static func isDirectory(_ path: String) -> Bool { type(path) == S_IFDIR }

    /// A program's file that this process may start.
    static func isExecutable(_ path: String) -> Bool { type(path) == S_IFREG && access(path, X_OK) == 0 }

    /// Where the link points, or `nil` for anything that is no link.
    static func link(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    /// Whether anything is there, dangling links too.
    static func isPresent(_ path: String) -> Bool { link(path) != nil || exists(path) }

    /// Absolute, with `.` and `..` removed; links stay.
    static func absolute(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    static func parent(_ path: String) -> String { parentDirectory(of: path) }

    static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The first executable of this name on PATH.
    static func onPath(_ name: String, _ environment: [String: String]) -> String? {
        (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").lazy
            .map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// The names in a directory, sorted.
    static func names(in directory: String) throws(SystemError) -> [String] {
        guard let stream = opendir(directory) else { throw SystemError.last("read", path: directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Replaces what a file holds; its place behind links and its permissions stay.
    static func rewrite(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        guard let resolved = realpath(path, nil) else { throw SystemError.last("open", path: path) }
        let target = String(cString: resolved)
        free(resolved)
        var status = stat()
        try systemCall("stat", path: target) { stat(target, &status) }
        // The replacement would pass over a file that nobody may write.
        try systemCall("write", path: target) { access(target, W_OK) }
        try SmallFile.replace(target, with: bytes)
        try systemCall("chmod", path: target) { chmod(target, status.st_mode & 0o7777) }
    }

    /// The kind of file behind all links, as in `st_mode`.
    private static func type(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
