internal import Glibc
internal import KeystoneProtocol
internal import KeystoneSupport

/// Answers on their way into a socket that may be full. Small ones share a buffer, large ones are not copied.
struct AnswerQueue {
    /// Payloads of up to so many bytes are copied behind their header.
    private static let small = 16 << 10
    /// A shared buffer takes no more once it has so many bytes.
    private static let shared = 64 << 10

    private var chunks: [[UInt8]] = []
    /// How much of the first chunk is sent.
    private var offset = 0
    private(set) var bytes = 0

    var isEmpty: Bool { bytes == 0 }

    mutating func append(id: UInt64, kind: PageAnswerKind, payload: [UInt8]) {
        bytes += PageAnswerHeader.size + payload.count
        if chunks.last.map({ $0.count >= Self.shared }) ?? true { chunks.append([]) }
        let last = chunks.count - 1
        PageAnswerHeader.append(to: &chunks[last], id: id, kind: kind, count: payload.count)
        if payload.count <= Self.small {
            chunks[last].append(contentsOf: payload)
        } else {
            chunks.append(payload)
        }
    }

    /// What was appended since goes behind what is left here.
    mutating func prepend(_ earlier: consuming AnswerQueue) {
        earlier.chunks.append(contentsOf: chunks)
        earlier.bytes += bytes
        self = earlier
    }

    /// Sends until the socket takes no more. Throws when nobody reads it any longer.
    mutating func drain(to descriptor: Int32) throws(SystemError) {
        var first = 0
        defer { chunks.removeFirst(first) }
        while first < chunks.count {
            let count: Int
            do throws(SystemError) {
                count = try systemCall("send") {
                    chunks[first].withUnsafeBytes { buffer in
                        let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
                        return send(descriptor, rest.baseAddress, rest.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
                    }
                }
            } catch {
                if error.code == EAGAIN { return }
                throw error
            }
            bytes -= count
            offset += count
            guard offset == chunks[first].count else { continue }
            offset = 0
            first += 1
        }
    }
}
