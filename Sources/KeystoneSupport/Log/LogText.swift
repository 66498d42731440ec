/// Makes untrusted text safe for a terminal and for one line of a file.
enum LogText {
    /// Appends the text: control characters and line breaks escaped, terminal sequences dropped, cut at `limit` bytes.
    ///
    /// - Parameter breaksLines: Line breaks stay, with an indent, so that no message can pass for another event.
    static func append(_ text: String, limit: Int, breaksLines: Bool = false, to line: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            let end = cut(bytes, limit: limit)
            var index = 0
            while index < end {
                if breaksLines, bytes[index] == 0x0a {
                    line.append(contentsOf: "\n    ".utf8)
                    index += 1
                } else {
                    index += appendOne(bytes, at: index, end: end, to: &line)
                }
            }
            if end < bytes.count { line.append(contentsOf: "… (\(bytes.count - end) bytes more)".utf8) }
        }
    }

    /// Where the text ends within the limit without splitting a character.
    private static func cut(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> Int {
        guard bytes.count > limit else { return bytes.count }
        var end = limit
        while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
        return end
    }

    /// Appends what stands at the index and returns how many bytes it took.
    private static func appendOne(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int, end: Int, to line: inout [UInt8]
    ) -> Int {
        let byte = bytes[index]
        switch byte {
        case 0x0a: line.append(contentsOf: "\\n".utf8)
        case 0x0d: line.append(contentsOf: "\\r".utf8)
        case 0x09: line.append(contentsOf: "\\t".utf8)
        case 0x1b: return skipSequence(bytes, at: index, end: end, to: &line)
        case 0..<0x20, 0x7f: appendEscape(UInt32(byte), to: &line)
        case 0xc2 where index + 1 < end && bytes[index + 1] < 0xa0:
            // C1 controls: some terminals take U+009B as the start of a sequence.
            appendEscape(UInt32(bytes[index + 1]), to: &line)
            return 2
        case 0xe2 where index + 2 < end && bytes[index + 1] == 0x80 && (bytes[index + 2] | 1) == 0xa9:
            // U+2028 and U+2029 break lines in some viewers.
            appendEscape(0x2000 + UInt32(bytes[index + 2] & 0x3f), to: &line)
            return 3
        default: line.append(byte)
        }
        return 1
    }

    /// Drops `ESC [ … letter`, which is how children colour their output; any other escape is shown as `\e`.
    private static func skipSequence(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int, end: Int, to line: inout [UInt8]
    ) -> Int {
        var next = index + 2
        if index + 1 < end, bytes[index + 1] == UInt8(ascii: "[") {
            while next < end, (0x20...0x3f).contains(bytes[next]) { next += 1 }
            if next < end, (0x40...0x7e).contains(bytes[next]) { return next + 1 - index }
        }
        line.append(contentsOf: "\\e".utf8)
        return 1
    }

    private static func appendEscape(_ scalar: UInt32, to line: inout [UInt8]) {
        line.append(contentsOf: "\\u{\(String(scalar, radix: 16))}".utf8)
    }
}
