internal import KeystoneSupport

/// Cuts the bytes of a Unix socket into frames.
///
/// It keeps a header or the payload of a small frame until that is whole; the payload of a chunk is handed on in the
/// pieces in which it comes, without a copy.
package struct StreamFrameReader: Sendable {
    private enum Expected {
        case header
        /// So many bytes of a chunk are still to come.
        case chunk(stream: UInt32, left: Int)
        case payload(StreamFrame.Kind, stream: UInt32, count: Int)
    }

    private var expected = Expected.header
    private var partial: [UInt8] = []

    package init() {}

    /// Whether the bytes so far end with a whole frame.
    package var isBetweenFrames: Bool {
        if case .header = expected { return partial.isEmpty }
        return false
    }

    /// Takes the next bytes and hands out what they complete.
    package mutating func append(
        _ bytes: ArraySlice<UInt8>, _ body: (UInt32, StreamFrame) throws(StreamProtocolBreak) -> Void
    ) throws(StreamProtocolBreak) {
        var rest = bytes
        while !rest.isEmpty {
            switch expected {
            case .header:
                guard let header = take(StreamLimits.prefix + StreamLimits.header, from: &rest) else { return }
                try begin(header, body)
            case .chunk(let stream, let left):
                let piece = rest.prefix(left)
                rest = rest.dropFirst(piece.count)
                expected = left == piece.count ? .header : .chunk(stream: stream, left: left - piece.count)
                try body(stream, .chunk(piece))
            case .payload(let kind, let stream, let count):
                guard let payload = take(count, from: &rest) else { return }
                expected = .header
                try body(stream, StreamFrameReader.frame(kind, payload))
            }
        }
    }

    /// The next `count` bytes once they are all there.
    private mutating func take(_ count: Int, from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        if partial.isEmpty, rest.count >= count {
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        let piece = rest.prefix(count - partial.count)
        rest = rest.dropFirst(piece.count)
        partial.append(contentsOf: piece)
        guard partial.count == count else { return nil }
        defer { partial = [] }
        return partial[...]
    }

    private mutating func begin(
        _ header: ArraySlice<UInt8>, _ body: (UInt32, StreamFrame) throws(StreamProtocolBreak) -> Void
    ) throws(StreamProtocolBreak) {
        let length = Int(header.littleEndian(at: 0))
        let type = header[header.startIndex + StreamLimits.prefix]
        let stream = header.littleEndian(at: StreamLimits.prefix + 1)
        guard let kind = StreamFrame.Kind(rawValue: type) else {
            throw StreamProtocolBreak("a frame of the unknown type \(type)")
        }
        let payload = length - StreamLimits.header
        guard kind.payload.contains(payload) else {
            throw StreamProtocolBreak("\"\(kind)\" with \(payload) bytes of payload")
        }
        switch kind {
        case .chunk: expected = .chunk(stream: stream, left: payload)
        case _ where payload == 0: try body(stream, StreamFrameReader.frame(kind, []))
        default: expected = .payload(kind, stream: stream, count: payload)
        }
    }

    private static func frame(
        _ kind: StreamFrame.Kind, _ payload: ArraySlice<UInt8>
    ) throws(StreamProtocolBreak) -> StreamFrame {
        switch kind {
        case .open:
            do {
                return .open(try StreamOpening(json: payload))
            } catch {
                throw StreamProtocolBreak(error.message)
            }
        case .accept: return .accept
        case .chunk: return .chunk(payload)
        case .end: return .end
        case .stop: return .stop
        case .reset:
            guard let value = try? JSONValue.parse(payload) else {
                throw StreamProtocolBreak("the payload of \"reset\" is not JSON")
            }
            return .reset(WireError(value))
        case .credit: return .credit(Int(payload.littleEndian(at: 0)))
        }
    }
}

extension ArraySlice<UInt8> {
    /// Four bytes from the given place on.
    fileprivate func littleEndian(at offset: Int) -> UInt32 {
        var number: UInt32 = 0
        for index in 0..<4 { number |= UInt32(self[startIndex + offset + index]) << (8 * UInt32(index)) }
        return number
    }
}
