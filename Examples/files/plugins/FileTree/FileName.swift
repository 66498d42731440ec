/// A name in a directory: any bytes but `/` and zero. On Linux names are bytes, and need not be text.
///
/// As text, a byte that belongs to no UTF-8 sequence is a character from U+EF80 to U+EFFF, so that a name goes to the page
/// and back unharmed, whatever is in it.
public struct FileName: Hashable, Sendable {
    public let bytes: [UInt8]

    /// A name as the file system gave it.
    init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// A name as a page or a person gave it. Throws `bad` for what can't be one.
    public init(_ text: String) throws(FileError) {
        let bytes = Self.bytes(of: text)
        let isDots = bytes == [0x2E] || bytes == [0x2E, 0x2E]
        guard !bytes.isEmpty, !isDots, !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else {
            throw FileError(.bad, "“\(text)” can't be a name: it is empty, a dot or two, or has a slash in it")
        }
        guard bytes.count <= 255 else {
            throw FileError(.bad, "a name has at most 255 bytes, and this one \(bytes.count)")
        }
        self.bytes = bytes
    }

    public var text: String {
        guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: Self.isEscape)
        else { return escaped }
        return text
    }

    public var isHidden: Bool { bytes.first == UInt8(ascii: ".") }

    private static func isEscape(_ scalar: Unicode.Scalar) -> Bool { (0xEF80...0xEFFF).contains(scalar.value) }

    private static func bytes(of text: String) -> [UInt8] {
        guard text.unicodeScalars.contains(where: isEscape) else { return Array(text.utf8) }
        return text.unicodeScalars.flatMap { scalar in
            isEscape(scalar) ? [UInt8(scalar.value & 0xFF)] : Array(String(scalar).utf8)
        }
    }

    private var escaped: String {
        var text = String.UnicodeScalarView()
        var rest = bytes[...]
        while !rest.isEmpty {
            var parser = Unicode.UTF8.ForwardParser()
            var iterator = rest.makeIterator()
            var length = 1
            if case .valid(let encoded) = parser.parseScalar(from: &iterator) {
                let scalar = Unicode.UTF8.decode(encoded)
                length = encoded.count
                if !Self.isEscape(scalar) {
                    text.append(scalar)
                    rest = rest.dropFirst(length)
                    continue
                }
            }
            text.append(contentsOf: rest.prefix(length).compactMap { Unicode.Scalar(0xEF00 + UInt32($0)) })
            rest = rest.dropFirst(length)
        }
        return String(text)
    }
}
