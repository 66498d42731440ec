import KeystoneProtocol
import TestSupport
import Testing

@Suite struct PageFrameTests {
    private func frame(_ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let length = UInt32(payload.count + 1)
        return (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + [type] + payload
    }

    private func frame(_ type: UInt8, _ text: String) -> [UInt8] { frame(type, Array(text.utf8)) }

    private func read(_ bytes: [UInt8], inPartsOf size: Int = .max) throws -> [PageFrame] {
        var reader = PageFrameReader()
        var found: [PageFrame] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            try reader.read(rest.prefix(size)) { found.append($0) }
            rest = rest.dropFirst(size)
        }
        #expect(reader.pendingBytes == 0)
        return found
    }

    private var stream: (bytes: [UInt8], frames: [PageFrame]) {
        (
            frame(1, "1\nnotes:create\n{\"a\":\"x\\ny\"}") + frame(1, "2\nping\n") + frame(1, "2\n\n")
                + frame(2, Array("3\nfiles:write\n".utf8) + [0, 10, 255]) + frame(3, "4\na\n1\u{0}5\nb\n\u{0}4\n\n")
                + frame(2, "6\nempty\n"),
            [
                .call(id: 1, channel: "notes:create", args: "{\"a\":\"x\\ny\"}"),
                .call(id: 2, channel: "ping", args: ""), .cancel(id: 2),
                .bytesCall(id: 3, channel: "files:write", bytes: [0, 10, 255]),
                .call(id: 4, channel: "a", args: "1"), .call(id: 5, channel: "b", args: ""), .cancel(id: 4),
                .bytesCall(id: 6, channel: "empty", bytes: []),
            ]
        )
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 11, 40, .max])
    func `Frames come whole, however the stream is cut`(size: Int) throws {
        #expect(try read(stream.bytes, inPartsOf: size) == stream.frames)
    }

    @Test(arguments: [
        "7\n\n1", "7\n" + String(repeating: "c", count: 257) + "\n1", "7\nping", "7\n",
    ])
    func `A call with an id and nothing else of use is answered`(text: String) throws {
        let frames = try read(frame(1, text) + frame(1, "8\nping\n"))
        guard case .malformed(id: 7, let error) = frames.first else { return #expect(Bool(false), "\(frames)") }
        #expect(error.code == .badRequest)
        #expect(frames.last == .call(id: 8, channel: "ping", args: ""))
    }

    @Test func `So is a binary one`() throws {
        for text in ["7\nping", "7\n\n1", "7\n" + String(repeating: "c", count: 400) + "\n1"] {
            let frames = try read(frame(2, text))
            guard frames.count == 1, case .malformed(id: 7, let error) = frames[0] else { return #expect(Bool(false)) }
            #expect(error.code == .badRequest)
        }
    }

    @Test(arguments: [
        "", "\n", "x\nping\n", "-1\nping\n", "1.5\nping\n", "99999999999999999999\nping\n", "9007199254740993\nping\n",
        "\u{0}\u{feff}", "1",
    ])
    func `A call without an id ends the stream`(text: String) {
        for type in [UInt8(1), 2, 3] {
            #expect { try read(frame(type, text)) } throws: { ($0 as? WireError)?.code == .badRequest }
        }
    }

    @Test func `So do an unknown type, an empty frame and one over the bound, before its payload comes`() {
        for bytes in [frame(0, "1\na\n"), frame(4, "1\na\n"), frame(255, ""), [0, 0, 0, 0, 1]] {
            #expect { try read(bytes) } throws: { ($0 as? WireError)?.code == .badRequest }
        }
        var reader = PageFrameReader()
        #expect { try reader.read([255, 255, 255, 255, 1], { _ in }) } throws: {
            ($0 as? WireError)?.code == .tooLarge
        }
    }

    @Test func `A frame that has only begun takes no more memory than has come`() throws {
        var reader = PageFrameReader()
        // 128 MiB are announced.
        try reader.read([1, 0, 0, 8, 1], { _ in })
        try reader.read(ArraySlice([UInt8](repeating: 0x20, count: 1000)), { _ in })
        #expect(reader.pendingBytes == 1005)
    }

    @Test func `The header of an answer`() {
        var bytes: [UInt8] = []
        PageAnswerHeader.append(to: &bytes, id: 0x0102_0304_0506, kind: .error, count: 258)
        #expect(bytes == [0x0b, 0x01, 0, 0, 4, 6, 5, 4, 3, 2, 1, 0, 0])
    }
}

/// Streams of a web process that has been taken over.
@Suite struct PageFrameFuzzTests {
    private static let seeds: [UInt64] = (0..<400).map { $0 &* 7919 &+ 17 }

    private func makeStream(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let texts = ["1\na\n{}", "2\n\n", "3\nbytes\n\u{1}\u{2}", "4\nc\n1\u{0}5\nd\n2", "6\nü\n\"é\"", ""]
            var payload = Array(texts[Int.random(in: 0..<texts.count, using: &random)].utf8)
            if Bool.random(using: &random) {
                payload += (0..<Int.random(in: 0...300, using: &random)).map { _ in .random(in: 0...255, using: &random)
                }
            }
            let length = UInt32(payload.count + 1)
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
            bytes.append(UInt8.random(in: 1...3, using: &random))
            bytes += payload
        }
        return bytes
    }

    /// Frames until the stream ends or makes no sense, and whether it does.
    private func read(_ bytes: [UInt8], _ cuts: inout SeededGenerator) -> (frames: [PageFrame], error: WireError?) {
        var reader = PageFrameReader()
        var frames: [PageFrame] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1...64, using: &cuts))
            do throws(WireError) {
                try reader.read(part) { frames.append($0) }
            } catch {
                return (frames, error)
            }
            #expect(reader.pendingBytes <= bytes.count)
            rest = rest.dropFirst(part.count)
        }
        return (frames, nil)
    }

    @Test func `Random and mutated streams end in frames or an error, the same however they are cut`() {
        for seed in Self.seeds { check(seed) }
    }

    private func check(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = makeStream(&random)
        if random.chance(0.8) { random.damage(&bytes) }
        let first = read(bytes, &random)
        let second = read(bytes, &random)
        #expect(first.frames == second.frames, "seed \(seed)")
        #expect(first.error?.code == second.error?.code, "seed \(seed)")
    }
}
