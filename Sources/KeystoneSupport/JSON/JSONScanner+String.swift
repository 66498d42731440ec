extension JSONScanner {
    /// Reads a string; the offset is at its opening quote.
    mutating func string() throws(JSONSyntaxError) -> String {
        let opening = offset
        offset += 1
        let start = offset
        skipPlain()
        if next == UInt8(ascii: "\"") {
            offset += 1
            return try text(bytes[start..<offset - 1], from: start)
        }
        return try escapedString(opening: opening)
    }

    /// Moves to the next quote, backslash or control character, eight bytes at a time.
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // A byte is zero where subtracting 1 borrows into its top bit; below 0x20 where subtracting 0x20 does.
            let zero = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            let control = (word &- (ones &* 0x20)) & ~word
            guard (zero | control) & tops == 0 else { break }
            offset += 8
        }
        while offset < bytes.count, !JSONScanner.endsPlain(bytes[offset]) { offset += 1 }
    }

    private static func endsPlain(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private func text(_ part: Slice<UnsafeRawBufferPointer>, from start: Int) throws(JSONSyntaxError)
        -> String
    {
        guard let text = String(validating: UnsafeRawBufferPointer(rebasing: part), as: UTF8.self)
        else {
            throw error("this string is not valid UTF-8", at: start)
        }
        return text
    }

    private mutating func escapedString(opening: Int) throws(JSONSyntaxError) -> String {
        var buffer = [UInt8](bytes[opening + 1..<offset])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                guard let text = String(validating: buffer, as: UTF8.self) else {
                    throw error("this string is not valid UTF-8", at: opening)
                }
                return text
            case UInt8(ascii: "\\"):
                offset += 1
                try escape(into: &buffer)
            case 0..<0x20:
                let name = byte == 0x0A || byte == 0x0D ? "a line break" : "control character \(byte)"
                throw error("\(name) within a string must be written as an escape such as \\n")
            default:
                let start = offset
                skipPlain()
                buffer.append(contentsOf: bytes[start..<offset])
            }
        }
        throw error("this string is never closed", at: opening)
    }

    /// Reads what follows a backslash.
    private mutating func escape(into buffer: inout [UInt8]) throws(JSONSyntaxError) {
        let start = offset - 1
        guard let byte = next else { return }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"): buffer.append(contentsOf: String(try unicodeEscape(start)).utf8)
        default:
            throw error(
                "unknown escape in a string; allowed are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX",
                at: start)
        }
    }

    /// Reads the digits after `\u`, and the second half of a surrogate pair.
    private mutating func unicodeEscape(_ start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try hexDigits(start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u")
        {
            let mark = offset
            offset += 2
            let second = try hexDigits(mark)
            if (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            {
                return scalar
            }
            offset = mark
        }
        guard options.loneSurrogates == .replace else {
            throw error("this escape is half of a surrogate pair", at: start)
        }
        return "\u{FFFD}"
    }

    private mutating func hexDigits(_ start: Int) throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("\\u must be followed by four hexadecimal digits", at: start)
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
