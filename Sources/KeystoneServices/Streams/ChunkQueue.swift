/// Bytes that came and that nobody has taken yet.
///
/// A large piece stays a slice of the buffer that it was read into. Small ones are copied together: a slice keeps its whole
/// buffer alive, and bytes that trickle in must not each hold a buffer.
struct ChunkQueue {
    private static let worthASlice = 16 << 10

    private var chunks: [ArraySlice<UInt8>] = []
    private var first = 0
    /// The last chunk is our own copy, and may grow.
    private var lastIsOwn = false
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Answers whether the queue now holds on to the piece's own buffer.
    mutating func append(_ piece: ArraySlice<UInt8>) -> Bool {
        count += piece.count
        guard piece.count < ChunkQueue.worthASlice else {
            chunks.append(piece)
            lastIsOwn = false
            return true
        }
        if lastIsOwn, first < chunks.count, chunks[chunks.count - 1].count < ChunkQueue.worthASlice {
            chunks[chunks.count - 1].append(contentsOf: piece)
        } else {
            chunks.append(ArraySlice(Array(piece)))
            lastIsOwn = true
        }
        return false
    }

    mutating func popFirst() -> ArraySlice<UInt8>? {
        guard first < chunks.count else { return nil }
        let chunk = chunks[first]
        chunks[first] = []
        first += 1
        count -= chunk.count
        if first == chunks.count || first > 256 {
            chunks.removeFirst(first)
            first = 0
        }
        return chunk
    }

    mutating func removeAll() { self = ChunkQueue() }
}
