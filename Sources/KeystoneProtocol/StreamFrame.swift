internal import KeystoneSupport

/// The bounds of the streams' wire (`Protocol/README.md`, "Streams").
package enum StreamLimits {
    /// Bytes of one `chunk`, 1 at least.
    package static let chunk = 256 << 10
    /// Bytes of the JSON of one `open`.
    package static let open = 256 << 10
    /// Bytes of the JSON of one `reset`.
    package static let reset = 64 << 10
    /// Bytes of `chunk` payload that each direction of a stream may send before the first `credit`.
    package static let window = 1 << 20
    /// Credit that a sender may hold at most.
    package static let credit = Int(Int32.max)
    /// Streams that a connection has at once.
    package static let streams = 1024
    /// Type and stream.
    package static let header = 5
    /// The length before a frame on a Unix socket.
    package static let prefix = 4
}

/// The other side broke the protocol: the connection can't go on.
package struct StreamProtocolBreak: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package init(_ message: String) { self.message = message }
    package var description: String { message }
}

/// One frame, or a piece of a `chunk` frame: bytes are handed on as they come.
package enum StreamFrame: Sendable, Hashable {
    case open(StreamOpening)
    case accept
    case chunk(ArraySlice<UInt8>)
    case end
    case stop
    case reset(WireError)
    case credit(Int)

    package enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        case open = 1
        case accept, chunk, end, stop, reset, credit

        /// The sizes that the payload may have.
        package var payload: ClosedRange<Int> {
            switch self {
            case .open: 2...StreamLimits.open
            case .chunk: 1...StreamLimits.chunk
            case .accept, .end, .stop: 0...0
            case .reset: 2...StreamLimits.reset
            case .credit: 4...4
            }
        }
    }

    package var kind: Kind {
        switch self {
        case .open: .open
        case .accept: .accept
        case .chunk: .chunk
        case .end: .end
        case .stop: .stop
        case .reset: .reset
        case .credit: .credit
        }
    }

    /// Appends the length and the header of a frame with so many bytes of payload.
    package static func appendHeader(_ kind: Kind, stream: UInt32, payload: Int, to bytes: inout [UInt8]) {
        append(UInt32(StreamLimits.header + payload), to: &bytes)
        bytes.append(kind.rawValue)
        append(stream, to: &bytes)
    }

    /// Appends the whole frame as it goes over a Unix socket.
    package func append(stream: UInt32, to bytes: inout [UInt8]) {
        switch self {
        case .open(let opening): StreamFrame.append(.open, stream, opening.json, to: &bytes)
        case .accept, .end, .stop: StreamFrame.appendHeader(kind, stream: stream, payload: 0, to: &bytes)
        case .chunk(let chunk): StreamFrame.append(.chunk, stream, chunk, to: &bytes)
        case .reset(let error): StreamFrame.append(.reset, stream, error.clipped.json.serialized(), to: &bytes)
        case .credit(let count):
            StreamFrame.appendHeader(.credit, stream: stream, payload: 4, to: &bytes)
            StreamFrame.append(UInt32(count), to: &bytes)
        }
    }

    private static func append(
        _ kind: Kind, _ stream: UInt32, _ payload: some Collection<UInt8>, to bytes: inout [UInt8]
    ) {
        appendHeader(kind, stream: stream, payload: payload.count, to: &bytes)
        bytes.append(contentsOf: payload)
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}

extension WireError {
    /// With texts so short that a `reset` of it keeps its bound.
    var clipped: WireError {
        func clip(_ text: String, _ limit: Int) -> String {
            text.utf8.count <= limit ? text : String(text.prefix(limit / 8)) + "…"
        }
        return WireError(
            Code(rawValue: clip(code.rawValue, 256)), clip(message, 8192), name: clip(name, 256),
            stack: stack.map { clip($0, 8192) })
    }
}
