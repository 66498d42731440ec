internal import Glibc
internal import KeystoneSupport

/// The plugins that the directories hold.
package struct PluginDiscovery: Sendable {
    /// By origin, then by name; each name once.
    package private(set) var files: [PluginFile] = []
    /// What lies there and does not count.
    package private(set) var refused: [PluginError] = []

    /// Looks into the directories themselves: `native/` and other directories below are not searched.
    package init(_ directories: [PluginDirectory]) {
        for directory in directories.sorted(by: { $0.origin < $1.origin }) { add(directory) }
    }

    private mutating func add(_ directory: PluginDirectory) {
        let names: [String]
        do {
            names = try PluginDiscovery.regularFiles(directory.path)
        } catch {
            refused.append(
                PluginError(
                    .unsafePath, file: directory.path, "it can't be read (\(error.reason)); its plugins are left out"))
            return
        }
        for name in names.sorted() where directory.only == nil || directory.only == name {
            guard let file = PluginFile(path: directory.path + "/" + name, origin: directory.origin) else { continue }
            if let first = files.first(where: { $0.name == file.name }) {
                refused.append(
                    PluginError(
                        .conflict, file: file.path,
                        "it is left out: \(first.path) is a plugin of the same name and comes first; rename one of them"
                    ))
            } else if !file.hasPlainName {
                refused.append(
                    PluginError(
                        .unsafePath, file: file.path,
                        "it is left out: rename it, with letters, digits and any of . _ + - alone"))
            } else {
                files.append(file)
            }
        }
    }

    /// The names of the regular files in a directory, links included: whether those may be followed is decided later.
    /// None where there is no such directory.
    private static func regularFiles(_ path: String) throws(SystemError) -> [String] {
        do {
            return try directoryEntries(path).filter { name in
                var status = stat()
                return name.hasSuffix(".so") && stat(path + "/" + name, &status) == 0
                    && status.st_mode & S_IFMT == S_IFREG
            }
        } catch {
            if error.code == ENOENT { return [] }
            throw error
        }
    }
}

extension PluginFile {
    /// A file that can be a plugin's by its name: `libNAME.so` or `NAME.so`, and not hidden.
    package init?(path: String, origin: PluginOrigin) {
        let base = path.split(separator: "/").last ?? ""
        guard base.hasSuffix(".so"), !base.hasPrefix(".") else { return nil }
        var name = base.dropLast(".so".count)
        if name.hasPrefix("lib") { name = name.dropFirst("lib".count) }
        guard !name.isEmpty else { return nil }
        self.init(name: String(name), path: path, origin: origin)
    }

    /// The file's name without its directory.
    package var baseName: String { path.split(separator: "/").last.map { String($0) } ?? path }

    /// The system's loader replaces `$…` in names, and they go into file names and messages.
    var hasPlainName: Bool {
        name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "+"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
