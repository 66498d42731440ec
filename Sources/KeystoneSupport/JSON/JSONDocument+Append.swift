/// Why a JSON text was left as it was.
package struct JSONEditError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place in the text, where there is one to show.
    package var position: SourcePosition?
    package var message: String

    package var description: String { position.map { "line \($0.line), column \($0.column): \(message)" } ?? message }
}

extension JSONDocument {
    /// The text with one more element at the end of the array under a key of the root object. An array that is missing is
    /// added at the end.
    ///
    /// All that was there stays, byte for byte: order, comments, formatting, trailing commas, line ends. What is new is
    /// laid out like its neighbours.
    /// - Throws: `JSONEditError` where the root is no object, the key stands there twice or with something else, or where
    ///   the result would not say what it should.
    package func appending(_ element: JSONValue, toArray key: String) throws(JSONEditError) -> [UInt8] {
        guard case .object(let members) = root.content else {
            throw error("expected an object in braces", at: root.offset)
        }
        let found = members.filter { $0.key == key }
        guard found.count < 2 else { throw error("the key \"\(key)\" appears twice", at: found[1].keyOffset) }
        let editor = JSONAppender(text: text, root: root, firstKey: members.first?.keyOffset)
        let result: [UInt8]
        if let value = found.first?.value {
            guard case .array(let elements) = value.content else {
                throw error("\"\(key)\" is no array", at: value.offset)
            }
            let last = elements.last.map { JSONAppender.Extent(start: $0.offset, end: $0.end) }
            result = editor.append(element.laidOut, to: value, last: last)
        } else {
            let last = members.last.map { JSONAppender.Extent(start: $0.keyOffset, end: $0.value.end) }
            result = editor.append(editor.member(key, [element]), to: root, last: last)
        }
        try check(result, says: element, in: key)
        return result
    }

    /// What is written is read again first: better no change than a damaged file.
    private func check(_ result: [UInt8], says element: JSONValue, in key: String) throws(JSONEditError) {
        var expected = root.value.object ?? JSONObject()
        expected[key] = .array((expected[key]?.array ?? []) + [element])
        guard let changed = try? JSONDocument(result), changed.root.value == .object(expected) else {
            throw JSONEditError(message: "\"\(key)\" can't be changed safely here")
        }
    }

    private func error(_ message: String, at offset: Int) -> JSONEditError {
        JSONEditError(position: position(of: offset), message: message)
    }
}

/// Writes into the gaps of a JSON text that was read without errors.
private struct JSONAppender {
    /// From an element's first byte (of its key, in an object) to the one after its last.
    struct Extent {
        var start: Int
        var end: Int
    }

    let text: [UInt8]
    let root: JSONDocument.Node
    /// Where the root's first key stands.
    let firstKey: Int?

    /// Adds `element`, which is JSON text (in an object: with its key), behind the last one.
    func append(_ element: String, to container: JSONDocument.Node, last: Extent?) -> [UInt8] {
        guard let last else { return fill(container, with: element) }
        let gap = Gap(text, from: last.end, to: container.end - 1)
        let hasComma = gap.comma != nil
        let place = gap.endOfLine(after: gap.comma.map { $0 + 1 } ?? last.end)
        let lead = place.isLineEnd ? newline + indentation(of: last.start, in: container) : " "
        let added = lead + element + (hasComma ? "," : "")
        return Array(text[..<last.end]) + (hasComma ? "" : ",").utf8 + text[last.end..<place.offset] + added.utf8
            + text[place.offset...]
    }

    /// Gives an empty array or object its first element.
    private func fill(_ container: JSONDocument.Node, with element: String) -> [UInt8] {
        let start = container.offset + 1, close = container.end - 1
        let gap = Gap(text, from: start, to: close)
        let from = gap.lastComment ?? start
        let isBroken = gap.hasNewline(from: from) || gap.lastComment == nil && isTall
        let indentation = self.indentation(ofLineOf: container.offset)
        let added =
            isBroken
            ? newline + indentation + unit + element + newline + indentation
            : gap.lastComment == nil ? element : " " + element + " "
        return Array(text[..<from]) + added.utf8 + text[close...]
    }

    /// A member with an array of one element.
    func member(_ key: String, _ elements: [JSONValue]) -> String {
        let key = JSONValue.string(key).serializedString()
        let values = elements.map(\.laidOut).joined(separator: ", ")
        guard isTall else { return "\(key): [\(values)]" }
        let outer = firstKey.flatMap(ownIndentation) ?? indentation(ofLineOf: root.offset) + unit
        return "\(key): [\(newline)\(outer)\(unit)\(values)\(newline)\(outer)]"
    }

    // MARK: Layout

    /// Whether the root has its members on lines of their own.
    private var isTall: Bool { firstKey.map { ownIndentation($0) != nil } ?? true }

    /// What one level is indented by.
    private var unit: String {
        let first = firstKey.flatMap(ownIndentation) ?? ""
        return first.isEmpty ? "  " : first
    }

    private var newline: String {
        guard let index = text.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return "\n" }
        guard text[index] == 0x0D else { return "\n" }
        return index + 1 < text.count && text[index + 1] == 0x0A ? "\r\n" : "\r"
    }

    /// As the neighbour, where it begins its line; else one level deeper than the container.
    private func indentation(of neighbour: Int, in container: JSONDocument.Node) -> String {
        ownIndentation(neighbour) ?? indentation(ofLineOf: container.offset) + unit
    }

    /// The space before something that is the first on its line and not on the text's first line.
    private func ownIndentation(_ offset: Int) -> String? {
        let start = lineStart(offset)
        guard start > 0, text[start..<offset].allSatisfy(Gap.isBlank) else { return nil }
        return String(decoding: text[start..<offset], as: UTF8.self)
    }

    private func indentation(ofLineOf offset: Int) -> String {
        String(decoding: text[lineStart(offset)..<offset].prefix(while: Gap.isBlank), as: UTF8.self)
    }

    private func lineStart(_ offset: Int) -> Int {
        text[..<offset].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
    }
}

/// What stands between two elements or before a closing bracket: space, comments, at most one comma.
private struct Gap {
    private let text: [UInt8]
    private let end: Int
    private var comments: [Range<Int>] = []
    private(set) var comma: Int?

    init(_ text: [UInt8], from start: Int, to end: Int) {
        self.text = text
        self.end = end
        var offset = start
        while offset < end {
            if text[offset] == UInt8(ascii: "/") {
                let comment = offset..<commentEnd(offset)
                comments.append(comment)
                offset = comment.upperBound
            } else {
                if text[offset] == UInt8(ascii: ",") { comma = offset }
                offset += 1
            }
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The end of the last comment.
    var lastComment: Int? { comments.last?.upperBound }

    func hasNewline(from start: Int) -> Bool { text[start..<end].contains { $0 == 0x0A || $0 == 0x0D } }

    /// The end of the line that holds `start`, comments that begin on it included; without one before the gap's end, the
    /// end of the last comment.
    func endOfLine(after start: Int) -> (offset: Int, isLineEnd: Bool) {
        var offset = start
        var used = start
        while offset < end {
            if let comment = comments.first(where: { $0.lowerBound == offset }) {
                offset = comment.upperBound
                used = offset
            } else if Gap.isBlank(text[offset]) {
                offset += 1
            } else {
                return (used, true)
            }
        }
        return (used, false)
    }

    /// The scanner has seen that the comment is closed. One to the line's end leaves that out.
    private func commentEnd(_ start: Int) -> Int {
        var offset = start + 2
        if text[start + 1] == UInt8(ascii: "/") {
            while offset < end, text[offset] != 0x0A, text[offset] != 0x0D { offset += 1 }
            return offset
        }
        while text[offset] != UInt8(ascii: "*") || text[offset + 1] != UInt8(ascii: "/") { offset += 1 }
        return offset + 2
    }
}

extension JSONValue {
    /// On one line, with spaces as people put them: `{ "name": "x", "size": 3 }`.
    fileprivate var laidOut: String {
        switch self {
        case .object(let object) where !object.isEmpty:
            let members = object.map { "\(JSONValue.string($0.key).serializedString()): \($0.value.laidOut)" }
            return "{ \(members.joined(separator: ", ")) }"
        case .array(let elements): return "[\(elements.map(\.laidOut).joined(separator: ", "))]"
        default: return serializedString()
        }
    }
}
