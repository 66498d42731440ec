internal import Glibc
internal import KeystoneSupport

/// Which file a page gets for a path: the path rules of `Protocol/README.md`, for the host's own server that stands in
/// where Bun is off.
package enum StaticFiles {
    package enum Resolution: Sendable, Hashable {
        /// The file's real path and its type.
        case file(path: String, type: String)
        case notFound
    }

    private static let hiddenDirectories: Set<String> = ["data", "services", "node_modules", "workers"]

    /// Resolves the path of a request (as it stands in the URL, with or without its query) below a directory.
    ///
    /// Decodes once. Everything that the rules don't allow is `notFound`, so that nobody learns what exists. Touches the
    /// file system: not for the main thread.
    package static func resolve(_ requestPath: String, root: String) -> Resolution {
        let path = requestPath.prefix { $0 != "?" && $0 != "#" }
        guard path.hasPrefix("/"), let decoded = percentDecoded(path) else { return .notFound }
        let components = decoded.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard let name = components.last, decoded.last != "/", isAllowed(components),
            let type = type(of: name), let real = realPath(root + "/" + components.joined(separator: "/")),
            let realRoot = realPath(root), isInside(real, realRoot), isRegular(real)
        else { return .notFound }
        // The rules hold for what a link points at, too.
        let target = real.dropFirst(realRoot.count).split(separator: "/").map(String.init)
        guard isAllowed(target), let last = target.last, self.type(of: last) != nil else { return .notFound }
        return .file(path: real, type: type)
    }

    private static func isAllowed(_ components: [String]) -> Bool {
        guard let first = components.first?.lowercased() else { return false }
        // `node_modules` hides sources at any depth; the others are the bun root's own directories.
        return !hiddenDirectories.contains(first)
            && components.allSatisfy { component in
                !component.hasPrefix(".") && component.lowercased() != "node_modules"
                    && !component.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "\\") }
            }
    }

    private static func type(of name: String) -> String? {
        let lower = name.lowercased()
        guard !lower.hasPrefix("keystone."), lower != "package.json",
            !(lower.hasPrefix("tsconfig") && lower.hasSuffix(".json")),
            let dot = lower.lastIndex(of: ".")
        else { return nil }
        return MediaType.forExtension(lower[lower.index(after: dot)...])
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isInside(_ path: String, _ root: String) -> Bool {
        path.utf8.starts(with: (root == "/" ? "/" : root + "/").utf8)
    }

    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
