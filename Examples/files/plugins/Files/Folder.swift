import FileTree
import Keystone

/// What is in a directory, and then every change of it, as lines of JSON.
struct Folder: Sendable {
    /// Changes are gathered for so long before they are told.
    private static let pause = Duration.milliseconds(40)

    let tree: Tree
    let path: RelativePath

    /// Returns when the directory is gone, or nothing can be watched.
    func follow(_ context: CoreContext, _ writer: HTTPBodyWriter) async throws {
        // First the watch, then the listing: what happens in between is told twice rather than not at all.
        let changes = await watch(context)
        try await list(writer, isLive: changes != nil)
        guard let changes else { return }
        for await change in changes {
            if change.isComplete {
                let entries: [(name: String, entry: Entry?)]
                do { entries = try tree.look(at: change.names, in: path) } catch { break }
                try await writer.write(Self.line("changes", entries))
            } else {
                try await writer.write("{\"again\":true}\n")
                try await list(writer, isLive: true)
            }
            // A cancelled sleep ends the sequence too.
            try? await Task.sleep(for: Self.pause)
        }
        // Where it is still there, this version of the plugin has ended: the page asks again, and the next one answers.
        if (try? tree.requireDirectory(path)) == nil { try await writer.write("{\"gone\":true}\n") }
    }

    /// `nil` where there is no watching: the page says so.
    private func watch(_ context: CoreContext) async -> AsyncStream<DirectoryChanges>? {
        guard let path = path.absolute(below: tree.rootPath) else { return nil }
        do {
            return try await context.watchDirectory(path)
        } catch {
            context.log.warning("files: \(error)")
            return nil
        }
    }

    private func list(_ writer: HTTPBodyWriter, isLive: Bool) async throws {
        let listed = try await tree.list(path) { batch in
            try await writer.write(Self.line("entries", batch.map { (name: $0.name.text, entry: $0) }))
        }
        let end: JSONValue = [
            "listed": [
                "entries": JSONValue(listed.entries), "omitted": JSONValue(listed.omitted), "isLive": JSONValue(isLive),
            ]
        ]
        try await writer.write(end.serialized() + [UInt8(ascii: "\n")])
    }

    /// `{"entries":[["name","file",size,modified],…]}`; what is gone has its name alone.
    private static func line(_ key: String, _ entries: [(name: String, entry: Entry?)]) -> [UInt8] {
        var line = Array("{\"\(key)\":[".utf8)
        for (name, entry) in entries {
            if line.last == UInt8(ascii: "]") { line.append(UInt8(ascii: ",")) }
            if let entry {
                entry.write(to: &line)
            } else {
                JSONValue.array([.string(name)]).write(to: &line)
            }
        }
        return line + "]}\n".utf8
    }
}
