/// Reads the tokens of JSON text from a buffer that outlives it.
///
/// It knows the lexical grammar (RFC 8259) and the options, and leaves the tree to its users.
struct JSONScanner {
    let bytes: UnsafeRawBufferPointer
    let options: JSONOptions
    var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, _ options: JSONOptions) throws(JSONSyntaxError) {
        self.bytes = bytes
        self.options = options
        guard bytes.count <= options.maximumSize else {
            throw error("the text has \(bytes.count) bytes, more than the \(options.maximumSize) allowed")
        }
        if options.relaxed, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    }

    /// The next byte, or `nil` at the end.
    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    func error(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
        let offset = offset ?? self.offset
        let position = SourcePosition(offset: offset, in: bytes)
        return JSONSyntaxError(
            line: position.line, column: position.column, offset: offset, message: message)
    }

    /// What stands at the offset, for messages.
    func found() -> String {
        guard let next else { return "the end of the text" }
        guard next >= 0x21, next < 0x7F else {
            return next < 0x80 ? "character code \(next)" : "a character outside of a string"
        }
        return "'\(Character(Unicode.Scalar(next)))'"
    }

    mutating func skipSpace() throws(JSONSyntaxError) {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            case UInt8(ascii: "/") where options.relaxed: try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONSyntaxError) {
        let start = offset
        let second = offset + 1 < bytes.count ? bytes[offset + 1] : 0
        offset += 2
        if second == UInt8(ascii: "/") {
            while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
        } else if second == UInt8(ascii: "*") {
            while offset + 1 < bytes.count,
                bytes[offset] != UInt8(ascii: "*") || bytes[offset + 1] != UInt8(ascii: "/")
            { offset += 1 }
            guard offset + 1 < bytes.count else { throw error("this comment is never closed", at: start) }
            offset += 2
        } else {
            throw error("expected a comment (// or /* */) after '/'", at: start)
        }
    }

    /// Takes the byte if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    /// Takes `true`, `false` or `null`.
    mutating func literal(_ word: StaticString) throws(JSONSyntaxError) {
        let matches = word.withUTF8Buffer { word in
            bytes.count - offset >= word.count && zip(bytes[offset...], word).allSatisfy { $0 == $1 }
        }
        guard matches else { throw error("expected a value, found \(unknownWord())") }
        offset += word.utf8CodeUnitCount
    }

    /// The word at the offset, shortened, for messages.
    func unknownWord() -> String {
        let letters = bytes[offset...].prefix(32).prefix { byte in
            (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
        }
        return letters.isEmpty ? found() : "\"\(String(decoding: letters, as: UTF8.self))\""
    }

    /// Checks that only space follows.
    mutating func finish() throws(JSONSyntaxError) {
        try skipSpace()
        guard offset == bytes.count else {
            throw error("expected the end of the text, found \(found())")
        }
    }

    /// Reads what lies between `[` or `{` (already taken) and its end: elements with commas between them.
    mutating func elements(
        until end: UInt8, _ element: (inout JSONScanner) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        let start = offset - 1
        try skipSpace()
        if take(end) { return }
        while true {
            guard next != nil else { throw missingComma(end, start) }
            try element(&self)
            try skipSpace()
            if take(end) { return }
            guard take(UInt8(ascii: ",")) else { throw missingComma(end, start) }
            try skipSpace()
            if next == end {
                guard options.relaxed else { throw error("a comma must be followed by another element") }
                offset += 1
                return
            }
        }
    }

    private func missingComma(_ end: UInt8, _ start: Int) -> JSONSyntaxError {
        let closing = Character(Unicode.Scalar(end))
        guard next != nil else {
            return error(
                "this \(end == UInt8(ascii: "]") ? "array" : "object") is never closed", at: start)
        }
        return error("expected ',' or '\(closing)', found \(found())")
    }
}
