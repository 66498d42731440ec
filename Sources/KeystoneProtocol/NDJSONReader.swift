/// Cuts a stream of bytes into lines.
///
/// A line ends at LF or CR LF; empty lines are skipped. A line beyond the limit is reported once and dropped up to its
/// end; the lines after it are whole again.
package struct NDJSONReader: Sendable {
    package enum Item: Sendable, Hashable {
        /// Without its line break.
        case line(ArraySlice<UInt8>)
        /// A line of more than `limit` bytes begins.
        case tooLong(limit: Int)
    }

    package static let defaultLimit = 64 << 20

    private let limit: Int
    private var partial: [UInt8] = []
    private var skipping = false

    package init(limit: Int = NDJSONReader.defaultLimit) {
        self.limit = limit
    }

    /// What is kept of a line that goes on: never more than the limit and a carriage return.
    package var heldBytes: Int { partial.count }

    /// Takes the next bytes and hands out every line that they complete.
    package mutating func append(_ bytes: ArraySlice<UInt8>, _ body: (Item) -> Void) {
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0a) {
            finishLine(with: rest[rest.startIndex..<end], body)
            rest = rest[(end + 1)...]
        }
        guard !skipping, !rest.isEmpty else { return }
        if partial.count + rest.count > limit + 1 {
            startSkipping(body)
        } else {
            partial.append(contentsOf: rest)
        }
    }

    /// Hands out what is left at the end of the stream.
    package mutating func finish(_ body: (Item) -> Void) {
        finishLine(with: [], body)
    }

    private mutating func finishLine(with end: ArraySlice<UInt8>, _ body: (Item) -> Void) {
        if skipping {
            skipping = false
            return
        }
        var line = end
        if !partial.isEmpty {
            partial.append(contentsOf: end)
            line = partial[...]
            partial = []
        }
        if line.last == 0x0d { line = line.dropLast() }
        guard line.count <= limit else {
            body(.tooLong(limit: limit))
            return
        }
        if !line.isEmpty { body(.line(line)) }
    }

    private mutating func startSkipping(_ body: (Item) -> Void) {
        partial = []
        skipping = true
        body(.tooLong(limit: limit))
    }
}
