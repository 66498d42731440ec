internal import Glibc

/// Looks for a text in one file after the other.
struct ContentSearch: Sendable {
    struct Hit: Sendable {
        var name: FileName
        /// From 1.
        var line: Int
        /// The line, or what is around the text in a long one.
        var excerpt: String
    }

    struct Result: Sendable {
        var hits: [Hit] = []
        var bytes = 0
        var skipped = 0
    }

    /// Of each file only the beginning is read.
    static let maximumBytes = 32 << 20
    private static let chunk = 256 << 10
    private static let excerpt = 160

    let pattern: TextPattern

    func search(_ names: [FileName], in directory: Descriptor) -> Result {
        var result = Result()
        for name in names where !Task.isCancelled {
            do throws(FileError) {
                if let hit = try search(name, in: directory, &result.bytes) { result.hits.append(hit) }
            } catch {
                // It has gone, or is not ours to read: the count says so.
                result.skipped += 1
            }
        }
        return result
    }

    private func search(_ name: FileName, in directory: Descriptor, _ read: inout Int) throws(FileError) -> Hit? {
        let file = try directory.opened(name, directory: false)
        guard Entry.Kind(mode: try file.status().st_mode) == .file else { return nil }
        var place = 0
        var line = 1
        var kept: [UInt8] = []
        while place < Self.maximumBytes, !Task.isCancelled {
            let fresh = try file.read(Self.chunk, at: place)
            guard !fresh.isEmpty else { return nil }
            if place == 0, Self.isBinary(fresh) { return nil }
            place += fresh.count
            read += fresh.count
            // What may be the beginning of the text, and of its line, is seen again with what follows.
            let bytes = kept + fresh
            let found = bytes.withUnsafeBytes { pattern.first(in: $0) }
            if let found {
                return Hit(name: name, line: line + Self.lines(in: bytes[..<found]), excerpt: excerpt(bytes, found))
            }
            guard fresh.count == Self.chunk else { return nil }
            kept = Array(bytes.suffix(pattern.count + Self.excerpt))
            line += Self.lines(in: bytes.dropLast(kept.count))
        }
        return nil
    }

    /// What has a zero near its beginning is no text.
    private static func isBinary(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            buffer.baseAddress.map { memchr($0, 0, min(buffer.count, 8192)) != nil } ?? false
        }
    }

    private static func lines(in bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes { buffer in
            var count = 0
            var at = 0
            while at < buffer.count, let base = buffer.baseAddress,
                let next = memchr(base + at, 10, buffer.count - at)
            {
                count += 1
                at = UnsafeRawPointer(next) - base + 1
            }
            return count
        }
    }

    private func excerpt(_ bytes: [UInt8], _ found: Int) -> String {
        let newline = UInt8(ascii: "\n")
        let end = found + pattern.count
        let before = bytes[max(0, found - 24)..<found]
        let start = before.lastIndex(of: newline).map { $0 + 1 } ?? before.startIndex
        let after = bytes[end..<min(bytes.count, max(end, start + Self.excerpt))]
        let stop = after.firstIndex(of: newline) ?? after.endIndex
        // Half a character at either end is no character.
        let line = bytes[start..<stop].drop { $0 & 0xC0 == 0x80 }
        var text = String(decoding: line, as: UTF8.self)
        if text.last == "\u{FFFD}" { text.removeLast() }
        return String(text.drop(while: \.isWhitespace))
    }
}
