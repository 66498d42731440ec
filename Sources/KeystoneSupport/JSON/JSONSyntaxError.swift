/// Why a text is no JSON, and where.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// From 1.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int
    /// In bytes, from 0.
    public var offset: Int
    public var message: String

    public init(line: Int, column: Int, offset: Int, message: String) {
        self.line = line
        self.column = column
        self.offset = offset
        self.message = message
    }

    public var description: String { "line \(line), column \(column): \(message)" }
}

/// A place in a text.
public struct SourcePosition: Sendable, Hashable {
    /// From 1.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The position of a byte offset. Line ends are LF, CR LF and CR. Takes time linear in the offset.
    init(offset: Int, in bytes: UnsafeRawBufferPointer) {
        var lines = 1
        var start = 0
        for index in 0..<min(offset, bytes.count) where SourcePosition.endsLine(at: index, in: bytes) {
            lines += 1
            start = index + 1
        }
        line = lines
        column =
            1 + SourcePosition.scalars(in: bytes[start..<Swift.max(start, min(offset, bytes.count))])
    }

    static func endsLine(at index: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
        switch bytes[index] {
        case UInt8(ascii: "\n"): true
        case UInt8(ascii: "\r"): index + 1 == bytes.count || bytes[index + 1] != UInt8(ascii: "\n")
        default: false
        }
    }

    /// Counts scalars in (possibly invalid) UTF-8: every byte that doesn't continue another.
    static func scalars(in bytes: Slice<UnsafeRawBufferPointer>) -> Int {
        bytes.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }
}
