internal import Glibc
internal import KeystoneSupport

/// Bytes on their way into a pipe that may be full.
struct WriteQueue {
    private var chunks: [[UInt8]] = []
    /// The first chunk that is not written whole, and how much of it is.
    private var first = 0
    private var offset = 0
    private(set) var queuedBytes = 0

    var isEmpty: Bool { queuedBytes == 0 }

    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        chunks.append(bytes)
        queuedBytes += bytes.count
    }

    mutating func removeAll() { self = WriteQueue() }

    /// Writes until the pipe takes no more. Throws when nobody reads it any longer.
    mutating func drain(to descriptor: Int32) throws(SystemError) {
        while first < chunks.count {
            let count: Int
            do throws(SystemError) {
                count = try systemCall("write") {
                    chunks[first].withUnsafeBytes { bytes in
                        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
                        return Glibc.write(descriptor, rest.baseAddress, rest.count)
                    }
                }
            } catch {
                if error.code == EAGAIN { return }
                throw error
            }
            advance(by: count)
        }
    }

    private mutating func advance(by count: Int) {
        queuedBytes -= count
        offset += count
        guard offset == chunks[first].count else { return }
        chunks[first] = []
        offset = 0
        first += 1
        if first == chunks.count || first > 256 {
            chunks.removeFirst(first)
            first = 0
        }
    }
}
