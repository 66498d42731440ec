internal import Glibc
internal import KeystoneSupport

/// Swift sources below a directory.
enum SourceTree {
    /// Deeper directories are left out: a link may lead round in a circle.
    private static let maximumDepth = 8

    struct Entry {
        var name: String
        var path: String
        var isDirectory: Bool
    }

    /// What a directory holds, sorted by name, without hidden files. One that is missing holds nothing.
    static func entries(of directory: String) throws(SystemError) -> [Entry] {
        guard let stream = opendir(directory) else {
            let error = SystemError.last("read", path: directory)
            if error.code == ENOENT || error.code == ENOTDIR { return [] }
            throw error
        }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while let found = readdir(stream) {
            let name = withUnsafePointer(to: &found.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            let path = "\(directory)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            entries.append(Entry(name: name, path: path, isDirectory: status.st_mode & S_IFMT == S_IFDIR))
        }
        return entries.sorted { $0.name < $1.name }
    }

    /// All sources below a directory, sorted by path; a package's manifest is none.
    static func sources(below directory: String) throws(SystemError) -> [String] {
        var found: [String] = []
        try collect(directory, depth: 0, &found) { _ in }
        return found.sorted()
    }

    /// The directory and those below it that may hold sources; none where it is missing.
    static func directories(below directory: String) throws(SystemError) -> [String] {
        var sources: [String] = [], directories: [String] = []
        try collect(directory, depth: 0, &sources) { directories.append($0) }
        return directories
    }

    static func isSource(_ entry: Entry) -> Bool {
        !entry.isDirectory && entry.name.hasSuffix(".swift") && entry.name != "Package.swift"
    }

    /// Removes what a build made, whatever it is.
    static func remove(_ path: String) {
        // A link is removed, not what it leads to.
        if unlink(path) == 0 { return }
        for entry in (try? entries(of: path)) ?? [] { remove(entry.path) }
        rmdir(path)
    }

    private static func collect(
        _ directory: String, depth: Int, _ found: inout [String], _ enter: (String) -> Void
    ) throws(SystemError) {
        guard depth < maximumDepth, FileKind.isDirectory(directory) else { return }
        enter(directory)
        for entry in try entries(of: directory) {
            if entry.isDirectory {
                try collect(entry.path, depth: depth + 1, &found, enter)
            } else if isSource(entry) {
                found.append(entry.path)
            }
        }
    }
}

enum FileKind {
    static func isDirectory(_ path: String) -> Bool { kind(path) == S_IFDIR }

    /// A program's file that this process may start.
    static func isExecutable(_ path: String) -> Bool { kind(path) == S_IFREG && access(path, X_OK) == 0 }

    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
