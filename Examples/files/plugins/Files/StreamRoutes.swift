import FileTree
import Keystone

/// `/api/folder/…` and `/api/search/…`: lines of JSON for as long as the page reads.
func addStreams(_ context: CoreContext, _ tree: Tree) {
    context.http
        .get("/api/folder/*") { request in
            let path = try await directory(request, tree)
            return lines { try await Folder(tree: tree, path: path).follow(context, $0) }
        }
        .get("/api/search/*") { request in
            let path = try await directory(request, tree)
            let search = Search(in: tree, for: try goal(of: request), includesHidden: request.query["hidden"] == "1")
            return lines { writer in
                try await search.run(from: path) { found, progress in
                    try await writer.write(line(found, progress))
                }
                try await writer.write("{\"done\":true}\n")
            }
        }
}

/// The directory that the rest of a route's path names.
private func directory(_ request: HTTPRequest, _ tree: Tree) async throws -> RelativePath {
    try await answering {
        let path = try RelativePath(request.params["*"] ?? "")
        try tree.requireDirectory(path)
        return path
    }
}

private func lines(_ body: @escaping @Sendable (HTTPBodyWriter) async throws -> Void) -> HTTPResponse {
    .stream(contentType: "application/x-ndjson") { writer in try await answering { try await body(writer) } }
}

private func goal(of request: HTTPRequest) throws(HTTPError) -> Search.Goal {
    let (name, text) = (request.query["name"] ?? "", request.query["text"] ?? "")
    guard name.isEmpty != text.isEmpty, name.utf8.count + text.utf8.count <= 1000 else {
        throw HTTPError(400, "search for a name or for a text, of 1000 bytes at most")
    }
    return name.isEmpty ? .content(text) : .name(name)
}

/// `{"found":[[place,name,kind,size,modified,line?,text?],…],"progress":{…}}`
private func line(_ found: [Search.Hit], _ progress: Search.Progress) -> [UInt8] {
    var line = Array("{\"found\":[".utf8)
    for hit in found {
        if line.last == UInt8(ascii: "]") { line.append(UInt8(ascii: ",")) }
        line.append(UInt8(ascii: "["))
        JSONValue.write(hit.place.text, to: &line)
        line.append(UInt8(ascii: ","))
        hit.entry.writeFields(to: &line)
        if let (number, text) = hit.line {
            line += ",\(number),".utf8
            JSONValue.write(text, to: &line)
        }
        line.append(UInt8(ascii: "]"))
    }
    let counts: JSONValue = [
        "entries": JSONValue(progress.entries), "directories": JSONValue(progress.directories),
        "skipped": JSONValue(progress.skipped), "bytes": JSONValue(progress.bytes), "hits": JSONValue(progress.hits),
        "isCut": JSONValue(progress.isCut),
    ]
    line += "],\"progress\":".utf8
    counts.write(to: &line)
    return line + "}\n".utf8
}
