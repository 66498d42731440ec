/// What a page sends over its connection of the fast path.
package enum PageFrame: Sendable, Hashable {
    /// A call with JSON arguments: `args` is JSON text, empty for undefined.
    case call(id: UInt64, channel: String, args: Substring)
    /// A call with binary arguments.
    case bytesCall(id: UInt64, channel: String, bytes: [UInt8])
    case cancel(id: UInt64)
    /// A call that has an id but is not well-formed otherwise; it is answered with the error.
    case malformed(id: UInt64, WireError)
}

/// What the host answers over such a connection.
package enum PageAnswerKind: UInt8, Sendable {
    /// `undefined`, without a payload.
    case nothing = 1
    case json = 2
    case bytes = 3
    /// An error in JSON.
    case error = 4
}

/// The header of an answer.
package enum PageAnswerHeader {
    /// Bytes of an answer's payload.
    package static let maximumPayload = 1 << 30
    package static let size = 13

    /// Appends the 13 bytes that precede a payload of `count` bytes.
    package static func append(to bytes: inout [UInt8], id: UInt64, kind: PageAnswerKind, count: Int) {
        let length = UInt32(count + size - 4)
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
        bytes.append(kind.rawValue)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: id >> shift)) }
    }
}
