internal import KeystoneProtocol

/// Frames on their way into the socket. Headers and small frames lie together; the payload of chunks is not copied.
struct StreamOutbox {
    enum Part {
        /// The next so many bytes of `headers`.
        case headers(Int)
        case payload(ArraySlice<UInt8>)

        var count: Int {
            switch self {
            case .headers(let count): count
            case .payload(let bytes): bytes.count
            }
        }
    }

    private(set) var headers: [UInt8] = []
    private(set) var parts: [Part] = []
    private(set) var count = 0
    /// Bytes of frames that are no chunks.
    private(set) var controlCount = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ frame: StreamFrame, stream: UInt32) {
        let before = headers.count
        frame.append(stream: stream, to: &headers)
        grow(by: headers.count - before)
        controlCount += headers.count - before
    }

    mutating func appendChunk(_ bytes: ArraySlice<UInt8>, stream: UInt32) {
        let before = headers.count
        StreamFrame.appendHeader(.chunk, stream: stream, payload: bytes.count, to: &headers)
        grow(by: headers.count - before)
        parts.append(.payload(bytes))
        count += bytes.count
    }

    private mutating func grow(by bytes: Int) {
        count += bytes
        if case .headers(let last) = parts.last {
            parts[parts.count - 1] = .headers(last + bytes)
        } else {
            parts.append(.headers(bytes))
        }
    }
}

/// An outbox that is being sent.
struct StreamBatch {
    private let headers: [UInt8]
    private let parts: [StreamOutbox.Part]
    private var firstPart = 0
    private var offsetInPart = 0
    private var firstHeader = 0

    init(_ outbox: StreamOutbox) {
        headers = outbox.headers
        parts = outbox.parts
    }

    var isSent: Bool { firstPart == parts.count }

    /// What is to be sent next, in at most `limit` parts.
    func next(_ limit: Int) -> [ArraySlice<UInt8>] {
        var slices: [ArraySlice<UInt8>] = []
        var header = firstHeader
        var skipped = offsetInPart
        for part in parts[firstPart...].prefix(limit) {
            switch part {
            case .headers(let count):
                slices.append(headers[(header + skipped)..<(header + count)])
                header += count
            case .payload(let bytes):
                slices.append(bytes.dropFirst(skipped))
            }
            skipped = 0
        }
        return slices
    }

    mutating func advance(by sent: Int) {
        var left = sent + offsetInPart
        while firstPart < parts.count, left >= parts[firstPart].count {
            left -= parts[firstPart].count
            if case .headers(let count) = parts[firstPart] { firstHeader += count }
            firstPart += 1
        }
        offsetInPart = left
    }
}
