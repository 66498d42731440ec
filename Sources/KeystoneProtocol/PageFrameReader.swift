/// Takes a page's byte stream apart. The stream is untrusted: what breaks the grammar ends it with an error.
///
/// A frame is a length (u32, little-endian) of what follows, a type (u8) and a payload.
package struct PageFrameReader: Sendable {
    /// Bytes of a frame's payload: the largest arguments and what precedes them.
    package static let maximumPayload = (128 << 20) + 1024
    /// A page's ids count up from one and are whole numbers in JavaScript.
    package static let maximumID: UInt64 = 1 << 53

    private enum FrameType: UInt8 {
        /// `ID LF CHANNEL LF ARGS`, or `ID LF LF` to cancel.
        case call = 1
        /// `ID LF CHANNEL LF`, then bytes.
        case bytesCall = 2
        /// Several of the first type, with a NUL between them.
        case calls = 3
    }

    private static let headerSize = 5
    private static let lineFeed: UInt8 = 0x0a
    /// The two lines in front of binary arguments.
    private static let maximumHead = PageCall.maximumID + 1 + PageCall.maximumChannel + 1

    /// The part of a frame that has come.
    private var pending: [UInt8] = []

    package init() {}

    /// Bytes that wait for the rest of their frame.
    package var pendingBytes: Int { pending.count }

    /// Reads the next bytes, and hands on each frame that they complete.
    ///
    /// Throws `BAD_REQUEST` or `TOO_LARGE` for a stream that is of no use any more.
    package mutating func read(_ bytes: ArraySlice<UInt8>, _ deliver: (PageFrame) -> Void) throws(WireError) {
        var rest = bytes
        while !rest.isEmpty {
            if pending.isEmpty, let size = try Self.frameSize(rest), rest.count >= size {
                try Self.parse(rest.prefix(size), deliver)
                rest = rest.dropFirst(size)
                continue
            }
            try fill(&rest)
            guard let size = try Self.frameSize(pending[...]), pending.count == size else { continue }
            let frame = pending
            pending = []
            try Self.parse(frame[...], deliver)
        }
    }

    /// Moves what the pending frame lacks, or its header.
    private mutating func fill(_ rest: inout ArraySlice<UInt8>) throws(WireError) {
        let wanted = try Self.frameSize(pending[...]) ?? Self.headerSize
        let part = rest.prefix(wanted - pending.count)
        if wanted > Self.headerSize, pending.capacity < wanted { pending.reserveCapacity(wanted) }
        pending.append(contentsOf: part)
        rest = rest.dropFirst(part.count)
    }

    /// Header and payload together; `nil` while the header is incomplete.
    private static func frameSize(_ bytes: ArraySlice<UInt8>) throws(WireError) -> Int? {
        guard bytes.count >= headerSize else { return nil }
        let at = bytes.startIndex
        let length = (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
        guard length >= 1 else { throw WireError(.badRequest, "a frame without a type") }
        guard length - 1 <= maximumPayload else {
            throw WireError(.tooLarge, "a frame of \(length) bytes; \(maximumPayload) are allowed")
        }
        return 4 + length
    }

    // MARK: Frames

    private static func parse(_ frame: ArraySlice<UInt8>, _ deliver: (PageFrame) -> Void) throws(WireError) {
        let payload = frame.dropFirst(headerSize)
        switch FrameType(rawValue: frame[frame.startIndex + 4]) {
        case .call: deliver(try parseCall(payload))
        case .calls: try parseCalls(payload, deliver)
        case .bytesCall: deliver(try parseBytesCall(payload))
        case nil: throw WireError(.badRequest, "a frame of the unknown type \(frame[frame.startIndex + 4])")
        }
    }

    private static func parseCalls(_ payload: ArraySlice<UInt8>, _ deliver: (PageFrame) -> Void) throws(WireError) {
        var rest = payload
        while true {
            let end = rest.firstIndex(of: 0) ?? rest.endIndex
            deliver(try parseCall(rest[..<end]))
            guard end < rest.endIndex else { return }
            rest = rest[(end + 1)...]
        }
    }

    /// Each call becomes a string of its own: a slow one must not keep the whole burst in memory.
    private static func parseCall(_ text: ArraySlice<UInt8>) throws(WireError) -> PageFrame {
        let id = try parseID(text)
        do throws(WireError) {
            switch try PageCall(String(decoding: text, as: UTF8.self)) {
            case .cancel: return .cancel(id: id)
            case .invoke(_, let channel, let args): return .call(id: id, channel: String(channel), args: args)
            }
        } catch {
            return .malformed(id: id, error)
        }
    }

    private static func parseBytesCall(_ payload: ArraySlice<UInt8>) throws(WireError) -> PageFrame {
        let id = try parseID(payload)
        let head = payload.prefix(maximumHead)
        guard let first = head.firstIndex(of: lineFeed), let second = head[(first + 1)...].firstIndex(of: lineFeed)
        else {
            return .malformed(
                id: id,
                WireError(
                    .badRequest,
                    "no line break after the channel, or a channel of over \(PageCall.maximumChannel) bytes"))
        }
        let channel = String(decoding: head[(first + 1)..<second], as: UTF8.self)
        guard !channel.isEmpty else { return .malformed(id: id, WireError(.badRequest, "a call without a channel")) }
        return .bytesCall(id: id, channel: channel, bytes: Array(payload[(second + 1)...]))
    }

    /// The decimal number before the first line feed.
    private static func parseID(_ text: ArraySlice<UInt8>) throws(WireError) -> UInt64 {
        var id: UInt64 = 0
        for (position, byte) in text.enumerated() {
            if byte == lineFeed, position > 0 { return id }
            guard (0x30...0x39).contains(byte), id < maximumID / 10 else { break }
            id = id * 10 + UInt64(byte - 0x30)
        }
        throw WireError(.badRequest, "a call without a number as its id")
    }
}
