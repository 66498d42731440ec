import KeystoneProtocol
import TestSupport
import Testing

/// However a stream is cut into chunks, the reader makes of it what a look at the whole would.
@Suite struct LineFuzzTests {
    private enum Seen: Hashable {
        case line([UInt8])
        case tooLong
    }

    private func expected(_ bytes: [UInt8], limit: Int) -> [Seen] {
        bytes.split(separator: 0x0a, omittingEmptySubsequences: false).compactMap { part in
            let line = part.last == 0x0d ? part.dropLast() : part
            if line.count > limit { return .tooLong }
            return line.isEmpty ? nil : .line(Array(line))
        }
    }

    @Test(arguments: 0..<100)
    func anyBytesInAnyChunks(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let limit = generator.number(0...60)
            let bytes = (0..<generator.number(0...600)).map { _ -> UInt8 in
                switch generator.number(0...20) {
                case 0: 0x0a
                case 1: 0x0d
                default: UInt8.random(in: 0...255, using: &generator)
                }
            }
            var reader = NDJSONReader(limit: limit)
            var seen: [Seen] = []
            func take(_ item: NDJSONReader.Item) {
                switch item {
                case .line(let line): seen.append(.line(Array(line)))
                case .tooLong: seen.append(.tooLong)
                }
            }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = min(rest.count, generator.number(1...80))
                reader.append(rest.prefix(count), take)
                rest = rest.dropFirst(count)
                #expect(reader.heldBytes <= limit + 1, "seed \(seed)")
            }
            reader.finish(take)
            #expect(seen == expected(bytes, limit: limit), "seed \(seed)")
        }
    }
}
