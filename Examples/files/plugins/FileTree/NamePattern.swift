internal import Glibc

/// What a name is searched for: words that are all in it, in any order; or, where there is a `*` or a `?`, the whole name.
/// Capital letters make no difference.
struct NamePattern: Sendable {
    private let words: [[UInt8]]
    private let pattern: String?

    init(_ text: String) {
        let folded = text.lowercased()
        let isPattern = folded.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
        pattern = isPattern ? folded : nil
        words = folded.split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }
    }

    func matches(_ name: FileName) -> Bool {
        let folded = Self.folded(name.bytes)
        if let pattern { return FileName(bytes: folded).withCString { fnmatch(pattern, $0, 0) } == 0 }
        return words.allSatisfy { Self.contains(folded, $0) }
    }

    private static func folded(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return Array(FileName(bytes: bytes).text.lowercased().utf8) }
        return bytes.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
    }

    private static func contains(_ name: [UInt8], _ word: [UInt8]) -> Bool {
        guard let first = word.first, name.count >= word.count else { return word.isEmpty }
        for start in 0...(name.count - word.count) where name[start] == first {
            if name[start..<(start + word.count)].elementsEqual(word) { return true }
        }
        return false
    }
}
