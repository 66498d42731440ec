internal import Glibc

/// A text to be found in files. The letters a to z are found as capitals too.
struct TextPattern: Sendable {
    private let folded: [UInt8]
    /// Of the byte that is looked for first: where in the text it is.
    private let anchor: Int

    init(_ text: String) {
        let bytes = text.utf8.map(Self.fold)
        folded = bytes
        anchor = bytes.indices.min { Self.frequency(bytes[$0]) < Self.frequency(bytes[$1]) } ?? 0
    }

    /// Where the text is first, at or after `start`.
    ///
    /// The C library looks for the text's rarest byte, many bytes at a time, and only there the rest is compared: as quick in
    /// a build for debugging.
    func first(in bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
        guard !folded.isEmpty, bytes.count - start >= folded.count else { return nil }
        let byte = folded[anchor]
        let capital = Self.isLetter(byte) ? byte & 0xDF : byte
        var small = Self.next(byte, in: bytes, from: start + anchor)
        var large = capital == byte ? nil : Self.next(capital, in: bytes, from: start + anchor)
        while let found = [small, large].compactMap({ $0 }).min() {
            let begin = found - anchor
            guard begin + folded.count <= bytes.count else { return nil }
            if isHere(bytes, begin) { return begin }
            if found == small { small = Self.next(byte, in: bytes, from: found + 1) }
            if found == large { large = Self.next(capital, in: bytes, from: found + 1) }
        }
        return nil
    }

    var count: Int { folded.count }

    private func isHere(_ bytes: UnsafeRawBufferPointer, _ begin: Int) -> Bool {
        for index in folded.indices where Self.fold(bytes[begin + index]) != folded[index] { return false }
        return true
    }

    private static func next(_ byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count else { return nil }
        return memchr(base + start, Int32(byte), bytes.count - start).map { UnsafeRawPointer($0) - base }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
    private static func fold(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

    /// How common a byte is in texts: nothing depends on it but speed.
    private static func frequency(_ byte: UInt8) -> Int {
        Array(" etaoinsrlhdcumpfgywbv,.k_()0-1\"=;:/2x".utf8).firstIndex(of: byte).map { 100 - $0 } ?? 0
    }
}
