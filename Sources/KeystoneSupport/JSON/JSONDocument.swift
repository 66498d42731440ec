/// JSON text as a tree that knows where everything stands in the text.
///
/// For configuration files: the reader can say which line is wrong. Equal keys are all kept, so that the reader can
/// report them together with everything else.
public struct JSONDocument: Sendable {
    public struct Node: Sendable {
        public enum Content: Sendable {
            /// Anything but an array or an object.
            case scalar(JSONValue)
            case array([Node])
            case object([Member])
        }

        /// In bytes, from 0: see `JSONDocument.position(of:)`.
        public var offset: Int
        /// In bytes, from 0: the first one after the node.
        package var end: Int
        public var content: Content
    }

    public struct Member: Sendable {
        public var key: String
        /// In bytes, from 0: where the key stands.
        public var keyOffset: Int
        public var value: Node
    }

    public let root: Node
    let text: [UInt8]
    /// The offset of every line's first byte.
    private let lineStarts: [Int]

    /// Reads JSON text in UTF-8.
    /// - Throws: `JSONSyntaxError` for text that is not JSON or goes beyond the limits. `duplicateKeys` is not looked at.
    public init(_ utf8: [UInt8], options: JSONOptions = .config) throws(JSONSyntaxError) {
        let parsed = utf8.withUnsafeBytes { bytes in
            Result { () throws(JSONSyntaxError) in
                var scanner = try JSONScanner(bytes, options)
                let root = try scanner.node(depth: 0)
                try scanner.finish()
                return root
            }
        }
        root = try parsed.get()
        text = utf8
        lineStarts = utf8.withUnsafeBytes { bytes in
            [0] + bytes.indices.filter { SourcePosition.endsLine(at: $0, in: bytes) }.map { $0 + 1 }
        }
    }

    /// The line of a byte offset, from 1. Takes time logarithmic in the number of lines.
    public func line(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The line and column of a byte offset. Takes time linear in the line's length.
    public func position(of offset: Int) -> SourcePosition {
        let line = line(of: offset)
        let start = lineStarts[line - 1]
        return text.withUnsafeBytes { bytes in
            let end = max(start, min(offset, bytes.count))
            return SourcePosition(line: line, column: 1 + SourcePosition.scalars(in: bytes[start..<end]))
        }
    }
}

extension JSONDocument.Node {
    /// The tree without places; the last of several equal keys wins.
    public var value: JSONValue {
        switch content {
        case .scalar(let value): value
        case .array(let elements): .array(elements.map(\.value))
        case .object(let members): .object(JSONObject(members.lazy.map { ($0.key, $0.value.value) }))
        }
    }
}

extension JSONScanner {
    fileprivate mutating func node(depth: Int) throws(JSONSyntaxError) -> JSONDocument.Node {
        try skipSpace()
        let start = offset
        let content: JSONDocument.Node.Content =
            switch next {
            case UInt8(ascii: "{"): .object(try members(depth: depth + 1))
            case UInt8(ascii: "["): .array(try nodes(depth: depth + 1))
            default: .scalar(try scalar())
            }
        return JSONDocument.Node(offset: start, end: offset, content: content)
    }

    private mutating func nodes(depth: Int) throws(JSONSyntaxError) -> [JSONDocument.Node] {
        try open(depth: depth)
        var nodes: [JSONDocument.Node] = []
        try elements(until: UInt8(ascii: "]")) { scanner throws(JSONSyntaxError) in
            nodes.append(try scanner.node(depth: depth))
        }
        return nodes
    }

    private mutating func members(depth: Int) throws(JSONSyntaxError) -> [JSONDocument.Member] {
        try open(depth: depth)
        var members: [JSONDocument.Member] = []
        try elements(until: UInt8(ascii: "}")) { scanner throws(JSONSyntaxError) in
            let start = scanner.offset
            let key = try scanner.key()
            members.append(
                JSONDocument.Member(key: key, keyOffset: start, value: try scanner.node(depth: depth)))
        }
        return members
    }
}
