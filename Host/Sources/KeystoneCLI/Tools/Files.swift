internal import Foundation

/// Questions about the file system, answered in one word.
enum Files {
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func isDirectory(_ path: String) -> Bool {
        var directory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &directory) && directory.boolValue
    }

    static func isExecutable(_ path: String) -> Bool {
        !isDirectory(path) && FileManager.default.isExecutableFile(atPath: path)
    }

    /// Where the link points, or `nil` for anything that is no link.
    static func link(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    /// Whether anything is there, dangling links too.
    static func isPresent(_ path: String) -> Bool { link(path) != nil || exists(path) }

    /// Absolute, with `.` and `..` removed; links stay.
    static func absolute(_ path: String) -> String {
        let base = FileManager.default.currentDirectoryPath
        return URL(fileURLWithPath: path.hasPrefix("/") ? path : "\(base)/\(path)").standardizedFileURL.path
    }

    static func parent(_ path: String) -> String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

    /// The first executable of this name on PATH.
    static func onPath(_ name: String, _ environment: [String: String]) -> String? {
        (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").lazy
            .map { "\($0)/\(name)" }.first(where: isExecutable)
    }
}
