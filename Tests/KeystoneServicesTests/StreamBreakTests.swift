import Glibc
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import TestSupport
import Testing

/// A connection whose other end speaks bytes.
@Suite struct StreamBreakTests {
    private struct Raw {
        let connection: StreamConnection
        let socket: OwnedDescriptor

        init() throws {
            let (here, there) = try UnixSocket.pair()
            socket = there
            connection = try StreamConnection(
                here, peer: "the test",
                acceptor: handlers([
                    "echo": echo, "deaf": deaf, "late": { try await $0.writePattern(0, count: 9 << 20) },
                ]))
        }

        func send(_ bytes: [UInt8]) async throws {
            var rest = bytes[...]
            while !rest.isEmpty {
                rest = rest.dropFirst(try UnixSocket.send([rest], to: socket.number))
                if !rest.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            }
        }

        func send(_ stream: UInt32, _ frames: StreamFrame...) async throws {
            var bytes: [UInt8] = []
            for frame in frames { frame.append(stream: stream, to: &bytes) }
            try await send(bytes)
        }

        /// Whether the other end was closed; reads what still comes.
        func isClosed() throws -> Bool {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            do throws(SystemError) {
                return try UnixSocket.receive(into: &buffer, from: socket.number) == 0
            } catch {
                guard error.code == ECONNRESET else { throw error }
                return true
            }
        }
    }

    /// Collects what one stream is sent.
    private final class Inbox {
        private let stream: UInt32
        private var reader = StreamFrameReader()
        private var buffer = [UInt8](repeating: 0, count: 4096)
        private(set) var bytes: [UInt8] = []

        init(of stream: UInt32) { self.stream = stream }

        func read(_ socket: OwnedDescriptor) throws {
            guard let count = try UnixSocket.receive(into: &buffer, from: socket.number) else { return }
            try reader.append(buffer[..<count]) { stream, frame in take(stream, frame) }
        }

        private func take(_ stream: UInt32, _ frame: StreamFrame) {
            if stream == self.stream, case .chunk(let piece) = frame { bytes += piece }
        }
    }

    private static let opening = StreamFrame.open(StreamOpening(channel: "deaf"))
    private static let chunk = StreamFrame.chunk(Array(repeating: 0, count: 256 << 10)[...])

    private static let broken: [(String, UInt32, [StreamFrame])] = [
        ("more bytes than credit", 1, [opening, chunk, chunk, chunk, chunk, .chunk([1])]),
        ("an id of the wrong parity", 2, [opening]),
        ("the id 0", 0, [opening]),
        ("an open stream opened again", 1, [opening, opening]),
        ("bytes after the end", 1, [opening, .end, .chunk([1])]),
        ("two ends", 1, [opening, .end, .end]),
        ("an accept out of turn", 1, [opening, .accept]),
        ("no credit", 1, [opening, .credit(0)]),
        ("too much credit", 1, [opening, .credit(Int(Int32.max))]),
    ]

    @Test(arguments: broken.indices)
    func whoBreaksTheProtocolLosesTheConnection(index: Int) async throws {
        let (what, stream, frames) = StreamBreakTests.broken[index]
        let raw = try Raw()
        let own = try raw.connection.open(StreamOpening(channel: "own"))
        let reading = Task { _ = try await own.read() }
        for frame in frames { try await raw.send(stream, frame) }
        #expect(await failureCode { try await reading.value } == .unavailable, "\(what)")
        #expect(try await eventually { try raw.isClosed() })
        #expect(await failureCode { _ = try raw.connection.open(StreamOpening(channel: "more")) } == .unavailable)
    }

    @Test func aFrameThatIsCutOffEndsTheConnection() async throws {
        let raw = try Raw()
        let own = try raw.connection.open(StreamOpening(channel: "own"))
        var bytes: [UInt8] = []
        StreamBreakTests.opening.append(stream: 1, to: &bytes)
        try await raw.send(Array(bytes.dropLast(3)))
        raw.socket.close()
        #expect(await failureCode { _ = try await own.read() } == .unavailable)
    }

    @Test func framesOfStreamsThatAreOverAreDropped() async throws {
        let raw = try Raw()
        let own = try raw.connection.open(StreamOpening(channel: "own"))
        own.cancel()
        try await raw.send(2, .accept, .chunk([1, 2, 3]), .credit(5), .end, .stop, .reset(WireError(.aborted, "")))
        try await raw.send(77, .chunk([1]), .end)
        try await raw.send(1, .open(StreamOpening(channel: "echo")), .chunk([7]), .end)
        let inbox = Inbox(of: 1)
        #expect(
            try await eventually {
                try inbox.read(raw.socket)
                return inbox.bytes == [7]
            })
    }

    /// A peer that opens and never reads the answers; and one that lets a writer wait for ever.
    @Test func aPeerThatReadsNothingIsBounded() async throws {
        let raw = try Raw()
        var flood: [UInt8] = []
        for id in stride(from: UInt32(1), to: 10_000, by: 2) {
            StreamFrame.open(StreamOpening(channel: String(repeating: "x", count: 4000))).append(
                stream: id, to: &flood)
        }
        // The connection is closed long before all of it is taken.
        await #expect(throws: SystemError.self) { try await raw.send(flood) }
        #expect(try await eventually { raw.connection.openCount == 0 && raw.connection.waitingBytes == 0 })

        let slow = try Raw()
        try await slow.send(1, .open(StreamOpening(channel: "late")), .credit(100 << 20))
        // Nine mebibytes are written, and the socket takes a few; the writer waits with the rest.
        #expect(try await eventually { slow.connection.waitingBytes > 128 << 10 })
        #expect(slow.connection.openCount == 1)
        #expect(slow.connection.waitingBytes < 1 << 20)
        slow.connection.close(WireError(.unavailable, "enough"))
    }

    @Test(arguments: 0..<10)
    func noiseEndsTheConnectionAndNothingElse(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<6 {
            let raw = try Raw()
            let own = try raw.connection.open(StreamOpening(channel: "own"))
            let reading = Task { _ = try await own.read() }
            var noise: [UInt8] = []
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let stream = UInt32.random(in: 0...7, using: &random)
                switch Int.random(in: 0...9, using: &random) {
                case 0, 1: StreamBreakTests.opening.append(stream: stream, to: &noise)
                case 2: StreamFrame.open(StreamOpening(channel: "echo")).append(stream: stream, to: &noise)
                case 3:
                    StreamFrame.chunk(Array(repeating: 3, count: 1 + Int(stream) * 999)[...]).append(
                        stream: stream, to: &noise)
                case 4: StreamFrame.end.append(stream: stream, to: &noise)
                case 5: StreamFrame.stop.append(stream: stream, to: &noise)
                case 6: StreamFrame.reset(WireError(.aborted, "x")).append(stream: stream, to: &noise)
                case 7: StreamFrame.credit(Int(stream) * 1000).append(stream: stream, to: &noise)
                case 8: StreamFrame.accept.append(stream: stream, to: &noise)
                default: noise += (0..<8).map { _ in .random(in: 0...255, using: &random) }
                }
            }
            do throws(SystemError) {
                _ = try UnixSocket.send([noise[...]], to: raw.socket.number)
            } catch {
                #expect(error.code == EPIPE)
            }
            raw.socket.close()
            // Whatever it was: who waits hears of the end, of the stream or of the connection.
            _ = await failureCode { try await reading.value }
            #expect(try await eventually { own.isOver })
        }
    }
}
