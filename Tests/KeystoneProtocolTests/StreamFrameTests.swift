import KeystoneProtocol
import KeystoneSupport
import TestSupport
import Testing

@Suite struct StreamFrameTests {
    private struct Received: Equatable {
        var stream: UInt32
        var frame: StreamFrame
    }

    /// Reads bytes in steps; the pieces of a chunk come out as one.
    private func read(_ bytes: [UInt8], step: Int) throws(StreamProtocolBreak) -> [Received] {
        var reader = StreamFrameReader()
        var received: [Received] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            try reader.append(bytes[start..<min(start + step, bytes.count)]) { stream, frame in
                if case .chunk(let piece) = frame, case .chunk(let before) = received.last?.frame {
                    received[received.count - 1].frame = .chunk(before + piece)
                } else {
                    received.append(Received(stream: stream, frame: frame))
                }
            }
        }
        return received
    }

    private func bytes(_ hexadecimal: String?) throws -> [UInt8] {
        let digits = Array(try #require(hexadecimal).utf8)
        return try stride(from: 0, to: digits.count, by: 2).map { place in
            try #require(UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16))
        }
    }

    private func frame(_ golden: JSONValue) throws -> StreamFrame {
        switch try #require(golden["type"]?.string) {
        case "open": .open(try StreamOpening(json: try #require(golden["opening"]).serialized()))
        case "accept": .accept
        case "chunk": .chunk(try bytes(golden["payload"]?.string)[...])
        case "end": .end
        case "stop": .stop
        case "reset": .reset(WireError(golden["error"]))
        case "credit": .credit(try #require(golden["credit"]?.int))
        case let type: throw ProtocolError("\(type) is no type")
        }
    }

    @Test func goldenFramesAreReadAndWritten() throws {
        let frames = try #require(try Golden.load("streams/frames")["frames"]?.array)
        #expect(Set(frames.compactMap { $0["type"]?.string }).count == StreamFrame.Kind.allCases.count)
        for golden in frames {
            let wire = try bytes(golden["bytes"]?.string)
            let stream = UInt32(try #require(golden["stream"]?.int))
            let wanted = try frame(golden)
            #expect(try read(wire, step: wire.count) == [Received(stream: stream, frame: wanted)])
            var written: [UInt8] = []
            wanted.append(stream: stream, to: &written)
            #expect(written == wire)
        }
    }

    @Test func framesComeOutWholeWhereverTheyAreCut() throws {
        let all: [StreamFrame] = [
            .open(StreamOpening(channel: "a", data: [1, "ü"])), .accept, .chunk(Array(repeating: 7, count: 700)[...]),
            .credit(262_144), .end, .reset(WireError(.aborted, "no")), .stop,
        ]
        var wire: [UInt8] = []
        for (index, frame) in all.enumerated() { frame.append(stream: UInt32(index + 1), to: &wire) }
        let wanted = all.enumerated().map { Received(stream: UInt32($0.offset + 1), frame: $0.element) }
        for step in 1...wire.count { #expect(try read(wire, step: step) == wanted) }
    }

    @Test func whatIsOutOfBoundsBreaksTheProtocolWithItsHeader() throws {
        for golden in try #require(try Golden.load("streams/frames")["broken"]?.array) {
            let wire = try bytes(golden["bytes"]?.string)
            #expect(throws: StreamProtocolBreak.self, "\(golden)") { try read(wire, step: 1) }
        }
        for (kind, payload) in [(1, 256 << 10 + 1), (6, 64 << 10 + 1), (3, Int(UInt32.max) - 5), (7, 5)] {
            var header = withUnsafeBytes(of: UInt32(payload + 5).littleEndian) { Array($0) }
            header += [UInt8(kind), 1, 0, 0, 0]
            #expect(throws: StreamProtocolBreak.self) { try read(header, step: 9) }
        }
    }

    @Test func aResetOfAnyErrorKeepsItsBound() throws {
        let error = WireError(
            WireError.Code(rawValue: String(repeating: "c", count: 9000)), String(repeating: "🙂", count: 200_000),
            name: "n",
            stack: String(repeating: "s", count: 200_000))
        var wire: [UInt8] = []
        StreamFrame.reset(error).append(stream: 1, to: &wire)
        #expect(wire.count < StreamLimits.reset)
        #expect(try read(wire, step: wire.count).count == 1)
    }

    @Test(arguments: 0..<100)
    func noiseDoesNotBreakTheReader(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<30 {
            var wire: [UInt8] = []
            for _ in 0..<Int.random(in: 1...10, using: &random) {
                if Bool.random(using: &random) {
                    let kind = StreamFrame.Kind.allCases.randomElement(using: &random) ?? .end
                    StreamFrame.appendHeader(
                        kind, stream: .random(in: 0...9, using: &random), payload: .random(in: 0...50, using: &random),
                        to: &wire)
                }
                wire += (0..<Int.random(in: 0...60, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            }
            do throws(StreamProtocolBreak) {
                _ = try read(wire, step: Int.random(in: 1...max(1, wire.count), using: &random))
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }
}
