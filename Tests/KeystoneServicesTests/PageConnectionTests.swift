import Glibc
import KeystoneProtocol
import KeystoneSupport
import Synchronization
import Testing

@testable import KeystoneServices

/// The host's end with a real socket, and a test that plays the page.
@Suite struct PageConnectionTests {
    /// The page's end, which blocks.
    private final class Page: Sendable {
        let socket: OwnedDescriptor
        init(_ socket: OwnedDescriptor) { self.socket = socket }

        func send(_ type: UInt8, _ payload: [UInt8]) {
            let length = UInt32(payload.count + 1)
            let head = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + [type]
            sendRaw(head + payload)
        }

        func sendRaw(_ bytes: [UInt8]) {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }

        func receive(_ count: Int) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            var filled = 0
            while filled < count {
                let read = bytes.withUnsafeMutableBytes { buffer in
                    Glibc.recv(socket.number, buffer.baseAddress?.advanced(by: filled), count - filled, 0)
                }
                guard read > 0 else { return Array(bytes.prefix(filled)) }
                filled += read
            }
            return bytes
        }

        /// Id, kind and payload; `nil` at the end of the stream.
        func answer() -> (id: UInt64, kind: UInt8, payload: [UInt8])? {
            let head = receive(PageAnswerHeader.size)
            guard head.count == PageAnswerHeader.size else { return nil }
            let length = (0..<4).reduce(0) { $0 | Int(head[$1]) << (8 * $1) }
            let id = (0..<8).reduce(UInt64(0)) { $0 | UInt64(head[5 + $1]) << (8 * UInt64($1)) }
            return (id, head[4], receive(length - 9))
        }
    }

    private func connect(
        _ loop: PageSocketLoop, closed: @escaping @Sendable (WireError?) -> Void = { _ in },
        received: @escaping @Sendable (PageConnection, PageFrame) -> Void
    ) throws -> (connection: PageConnection, page: Page) {
        let ends = try SocketPair.make()
        let connection = loop.makeConnection(ends.ours)
        try loop.add(
            connection, PageConnectionHandlers(received: { frame, _ in received(connection, frame) }, closed: closed))
        return (connection, Page(ends.theirs))
    }

    @Sendable private static func echo(_ connection: PageConnection, _ frame: PageFrame) {
        switch frame {
        case .call(let id, _, let args): connection.answer(id: id, kind: .json, payload: Array(args.utf8))
        case .bytesCall(let id, _, let bytes): connection.answer(id: id, kind: .bytes, payload: bytes)
        case .cancel(let id): connection.answer(id: id, kind: .nothing)
        case .malformed(let id, let error):
            connection.answer(id: id, kind: .error, payload: Array(error.jsonText.utf8))
        }
    }

    @Test func `Calls come in and answers go out`() throws {
        let loop = try PageSocketLoop()
        defer { loop.stop() }
        let (_, page) = try connect(loop, received: Self.echo)
        page.send(1, Array("1\necho\n[1]".utf8))
        page.send(2, Array("2\necho\n".utf8) + [1, 0, 255])
        page.send(3, Array("3\necho\n\"a\"\u{0}4\n\n".utf8))
        let answers = (0..<4).compactMap { _ in page.answer() }
        #expect(answers.map(\.id) == [1, 2, 3, 4])
        #expect(answers.map(\.kind) == [2, 3, 2, 1])
        #expect(answers.map(\.payload) == [Array("[1]".utf8), [1, 0, 255], Array("\"a\"".utf8), []])
    }

    @Test func `Neither side waits for the other: a page that sends much before it reads gets everything`() throws {
        let loop = try PageSocketLoop()
        defer { loop.stop() }
        let (_, page) = try connect(loop, received: Self.echo)
        let payload = [UInt8](repeating: 7, count: 1 << 20)
        let count = 40
        // 40 MiB there while nothing comes back, then all of it back: no socket holds that.
        for id in 1...count { page.send(2, Array("\(id)\necho\n".utf8) + payload) }
        for id in 1...count {
            let answer = page.answer()
            #expect(answer?.id == UInt64(id))
            #expect(answer?.payload.count == payload.count && answer?.payload.last == 7)
        }
    }

    @Test func `A page that reads nothing is read no further once its answers pile up, and goes on when it does`()
        async throws
    {
        let loop = try PageSocketLoop()
        defer { loop.stop() }
        let (connection, page) = try connect(loop, received: Self.echo)
        let payload = [UInt8](repeating: 1, count: 8 << 20)
        let count = 24
        let writer = Task.detached {
            for id in 1...count { page.send(2, Array("\(id)\necho\n".utf8) + payload) }
        }
        while connection.queuedBytes <= PageConnection.pauseReading { await Task.yield() }
        #expect(connection.queuedBytes <= PageConnection.pauseReading + (payload.count + 13) * 2)
        let ids = await Task.detached { (0..<count).compactMap { _ in page.answer()?.id } }.value
        await writer.value
        #expect(ids == (1...count).map { UInt64($0) })
    }

    @Test func `Answers from many threads come whole`() async throws {
        let loop = try PageSocketLoop()
        defer { loop.stop() }
        let (connection, page) = try connect(loop) { _, _ in }
        async let received = Task.detached {
            var ids: Set<UInt64> = []
            while ids.count < 4000, let answer = page.answer() {
                let byte = UInt8(truncatingIfNeeded: answer.id)
                #expect(answer.payload.first ?? byte == byte && answer.payload.last ?? byte == byte)
                #expect(answer.payload.count == Int(answer.id) * 37 % 40_000)
                ids.insert(answer.id)
            }
            return ids.count
        }.value
        await withTaskGroup { group in
            for first in 0..<8 {
                group.addTask {
                    for id in stride(from: first, to: 4000, by: 8) {
                        let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: id), count: id * 37 % 40_000)
                        connection.answer(id: UInt64(id), kind: .bytes, payload: payload)
                    }
                }
            }
        }
        #expect(await received == 4000)
    }

    @Test func `A burst is kept back until its end`() throws {
        let loop = try PageSocketLoop()
        defer { loop.stop() }
        let (connection, page) = try connect(loop) { _, _ in }
        connection.burst(true)
        connection.answer(id: 1, kind: .nothing)
        #expect(connection.queuedBytes == PageAnswerHeader.size)
        connection.burst(false)
        #expect(connection.queuedBytes == 0)
        #expect(page.answer()?.id == 1)
    }

    @Test(arguments: [[9, 0, 0, 0, 77], [0, 0, 0, 0], [255, 255, 255, 255], [3, 0, 0, 0, 1, 65, 66]] as [[UInt8]])
    func `Nonsense closes the connection, with a reason`(bytes: [UInt8]) async throws {
        let loop = try PageSocketLoop()
        defer { loop.stop() }
        let (reasons, closed) = AsyncStream.makeStream(of: WireError?.self)
        let (_, page) = try connect(loop, closed: { closed.yield($0) }) { _, _ in }
        page.sendRaw(bytes + [0, 0, 0, 0, 0, 0, 0, 0])
        for await reason in reasons {
            #expect(reason != nil)
            break
        }
        #expect(page.answer() == nil)
    }

    @Test func `The page's end is noticed, also in the middle of a frame, and its descriptor goes`() async throws {
        let loop = try PageSocketLoop()
        defer { loop.stop() }
        for part in [0, 3, 20] {
            let (reasons, closed) = AsyncStream.makeStream(of: WireError?.self)
            let (connection, page) = try connect(loop, closed: { closed.yield($0) }) { _, _ in }
            page.sendRaw(
                Array([200, 0, 0, 0, 1] + Array("1\nabc".utf8) + [UInt8](repeating: 65, count: 20)).prefix(part) + [])
            page.socket.close()
            for await reason in reasons {
                #expect(reason == nil)
                break
            }
            while loop.count > 0 || connection.descriptor.number >= 0 { await Task.yield() }
        }
    }

    @Test func `A closed connection takes answers without harm, and the page hears of the end`() async throws {
        let loop = try PageSocketLoop()
        defer { loop.stop() }
        let (connection, page) = try connect(loop) { _, _ in }
        connection.close()
        connection.close()
        connection.answer(id: 1, kind: .json, payload: [0x31])
        #expect(page.answer() == nil)
        while loop.count > 0 { await Task.yield() }
    }
}
