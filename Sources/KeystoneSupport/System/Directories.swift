internal import Glibc

/// Makes the directory and its missing parents, mode 0700 where private, else 0755. Fine when it is there already.
package func makeDirectories(_ path: String, private isPrivate: Bool = false) throws(SystemError) {
    guard !path.isEmpty else { return }
    if mkdir(path, isPrivate ? 0o700 : 0o755) == 0 { return }
    let error = SystemError.last("mkdir", path: path)
    switch error.code {
    case EEXIST:
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw error }
    case ENOENT:
        let parent = parentDirectory(of: path)
        guard parent != path, !parent.isEmpty else { throw error }
        try makeDirectories(parent, private: isPrivate)
        if mkdir(path, isPrivate ? 0o700 : 0o755) != 0 {
            let second = SystemError.last("mkdir", path: path)
            if second.code != EEXIST { throw second }
        }
    default: throw error
    }
}

/// `/a` for `/a/b` and `/a/b/`, `/` for `/a`, nothing for a bare name.
package func parentDirectory(of path: String) -> String {
    var trimmed = Substring(path)
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return "" }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}
