internal import Glibc

/// Whether something exists at the path that this process may reach.
package func fileExists(_ path: String) -> Bool {
    access(path, F_OK) == 0
}

/// The absolute path without links.
package func resolvedPath(_ path: String) throws(SystemError) -> String {
    guard let resolved = realpath(path, nil) else { throw SystemError.last("realpath", path: path) }
    defer { free(resolved) }
    return String(cString: resolved)
}
