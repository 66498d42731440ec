/// Integers and strings out of bytes that nobody vouches for: what is not there is `nil`. Little endian, as every machine
/// that the framework runs on.
struct ByteReader {
    let bytes: [UInt8]

    var count: Int { bytes.count }

    /// The integer at an offset; `nil` where it would reach beyond the end.
    func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self, at offset: Int) -> Integer? {
        let size = MemoryLayout<Integer>.size
        guard offset >= 0, offset <= bytes.count - size else { return nil }
        return bytes.withUnsafeBytes {
            Integer(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Integer.self))
        }
    }

    /// A 64-bit offset, size or address that can be one in this process.
    func word(at offset: Int) -> Int? {
        integer(UInt64.self, at: offset).flatMap { Int(exactly: $0) }
    }

    /// The text up to a zero byte before `end`; `nil` where there is none.
    func text(at offset: Int, before end: Int) -> String? {
        guard offset >= 0, offset < end, end <= bytes.count else { return nil }
        let rest = bytes[offset..<end]
        return rest.firstIndex(of: 0).map { String(decoding: rest[..<$0], as: UTF8.self) }
    }

    /// Whether these bytes stand there.
    func has(_ text: StaticString, at offset: Int) -> Bool {
        let size = text.utf8CodeUnitCount
        guard offset >= 0, offset <= bytes.count - size else { return false }
        return text.withUTF8Buffer { bytes[offset..<offset + size].elementsEqual($0) }
    }

    /// Whether so many bytes lie there.
    func holds(_ size: Int, at offset: Int) -> Bool {
        offset >= 0 && size >= 0 && offset <= bytes.count && size <= bytes.count - offset
    }
}
