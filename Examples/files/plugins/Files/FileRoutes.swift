import FileTree
import Keystone

/// `/api/files/…`: one file or folder. `/api/content/…`: what is in a file.
func addFileRoutes(_ http: HTTPRouter, _ tree: Tree) {
    http
        .get("/api/files/*") { request in
            try await answering { .json(try Details(of: try path(request), in: tree)) }
        }
        .patch("/api/files/*") { request in
            let change = try request.decode(Renaming.self)
            return try await answering {
                let path = try path(request)
                let name = try FileName(change.name)
                try tree.rename(path, to: name)
                return .json(try Details(of: path.parent.appending(name), in: tree))
            }
        }
        .delete("/api/files/*") { request in
            try await answering {
                try tree.remove(try path(request), recursive: request.query["recursive"] == "1")
                return .noContent()
            }
        }
        .get("/api/content/*") { request in
            try await answering { try content(of: try path(request), in: tree, range: request.headers["Range"]) }
        }
}

struct Renaming: Decodable, Sendable {
    var name: String
}

/// All that is known of a file.
struct Details: Encodable, Sendable {
    var path: String
    var name: String
    var kind: String
    var size: Int
    var modified: Int
    /// `rwxr-xr-x`
    var permissions: String
    /// Of a file's content.
    var type: String?
    /// Of a link: where it leads.
    var target: String?

    init(of path: RelativePath, in tree: Tree) throws {
        let entry = try tree.entry(path)
        self.path = path.text
        name = entry.name.text
        kind = entry.kind.rawValue
        size = entry.size
        modified = entry.modified
        let letters = zip("rwxrwxrwx", (0..<9).reversed())
        permissions = String(letters.map { letter, bit in entry.permissions >> bit & 1 == 1 ? letter : "-" })
        // What may not be read has a name and a size all the same.
        if entry.kind == .file { type = try? contentType(of: path, in: tree) }
        if entry.kind == .link { target = try tree.target(path) }
    }
}

private func path(_ request: HTTPRequest) throws(FileError) -> RelativePath {
    try RelativePath(request.params["*"] ?? "")
}

private func contentType(of path: RelativePath, in tree: Tree) throws -> String {
    let (file, entry) = try tree.file(path)
    return FileTree.contentType(of: entry.name, beginning: try file.read(4096, at: 0))
}

/// The whole file, or the part that the page asks for, read while it is sent.
private func content(of path: RelativePath, in tree: Tree, range: String?) throws -> HTTPResponse {
    let (file, entry) = try tree.file(path)
    let range = try range.flatMap { try ByteRange($0, of: entry.size) }
    guard range != nil || entry.size <= ByteRange.maximumWhole else {
        throw HTTPError(413, "“\(entry.name.text)” is too large to be sent as a whole; ask for a Range of it")
    }
    let type = FileTree.contentType(of: entry.name, beginning: try file.read(4096, at: 0))
    let part = range?.bytes ?? 0..<entry.size
    var response = HTTPResponse.stream(contentType: type, status: range == nil ? 200 : 206) { writer in
        try await answering {
            var place = part.lowerBound
            while place < part.upperBound {
                let bytes = try file.read(min(128 << 10, part.upperBound - place), at: place)
                // The file has become shorter.
                guard !bytes.isEmpty else { return }
                try await writer.write(bytes)
                place += bytes.count
            }
        }
    }
    if let range { response.headers["Content-Range"] = "bytes \(range.text)/\(entry.size)" }
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
}
