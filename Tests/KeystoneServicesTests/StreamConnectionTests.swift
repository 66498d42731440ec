import Glibc
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Synchronization
import Testing

@Suite struct StreamConnectionTests {
    @Test func bytesGoBothWaysAndTheStreamEnds() async throws {
        let pair = try StreamPair(server: handlers(["echo": echo]))
        let stream = try pair.open("echo", data: ["n": 1])
        let count = Task { try await stream.readPattern(3) }
        try await stream.writePattern(3, count: 16 << 20)
        #expect(try await count.value == 16 << 20)
        try await stream.waitForAccept()
        #expect(try await eventually { pair.client.openCount == 0 && pair.server.openCount == 0 })
        #expect(await failureCode { try await stream.write([1]) } == .badRequest)
    }

    @Test func bothSidesOpenStreams() async throws {
        let pair = try StreamPair(server: handlers(["echo": echo]), client: handlers(["echo": echo]))
        let mine = try pair.open("echo")
        let theirs = try pair.server.open(StreamOpening(channel: "echo"))
        for (seed, stream) in [mine, theirs].enumerated() {
            try await stream.writePattern(seed, count: 100_000)
            #expect(try await stream.readPattern(seed) == 100_000)
        }
    }

    @Test func theHandlerKnowsWhatWasOpened() async throws {
        let pair = try StreamPair(
            server: handlers(["who": { try await $0.write(Array("\($0.channel) \($0.data) \($0.service ?? "")".utf8)) }]
            ))
        let stream = try pair.client.open(StreamOpening(channel: "who", data: ["a": 1], service: "notes"))
        #expect(try await stream.text() == #"who {"a":1} notes"#)
    }

    @Test func eachDirectionEndsByItself() async throws {
        let pair = try StreamPair(
            server: handlers([
                "half": { stream in
                    let count = try await stream.readPattern(1)
                    try await stream.writePattern(count, count: 3 << 20)
                }
            ]))
        let stream = try pair.open("half")
        stream.finish()
        #expect(try await stream.readPattern(0) == 3 << 20)
    }

    @Test func emptyWritesAreNoFrames() async throws {
        let pair = try StreamPair(server: handlers(["echo": echo]))
        let stream = try pair.open("echo")
        try await stream.write([])
        stream.finish()
        #expect(try await stream.text() == "")
        #expect(pair.ended.count.withLock { $0 } == 0)
    }

    @Test func unknownChannelsAndHandlersThatThrow() async throws {
        let pair = try StreamPair(
            server: handlers([
                "wire": { _ in throw WireError("MINE", "no") }, "plain": { _ in throw CancellationError() },
            ]))
        #expect(await failureCode { try await pair.open("unknown").waitForAccept() } == .noHandler)
        #expect(await failureCode { _ = try await pair.open("unknown").read() } == .noHandler)
        #expect(await failureCode { _ = try await pair.open("wire").read() } == "MINE")
        #expect(await failureCode { _ = try await pair.open("plain").read() } == .handlerFailed)
    }

    @Test func aReaderThatStopsFailsTheWrites() async throws {
        let pair = try StreamPair(
            server: handlers([
                "stop": { stream in
                    stream.stopReading()
                    try await stream.writePattern(4, count: 1000)
                }
            ]))
        let stream = try pair.open("stop")
        #expect(await failureCode { try await stream.writePattern(0, count: 1 << 30) } == .aborted)
        #expect(try await stream.readPattern(4) == 1000)
    }

    @Test func eitherSideCancels() async throws {
        let seen = Mutex<WireError.Code?>(nil)
        let pair = try StreamPair(
            server: handlers([
                "mine": { stream in
                    let code = await failureCode { _ = try await stream.read() }
                    seen.withLock { $0 = code }
                },
                "theirs": { $0.cancel(WireError("ENOUGH", "stop it")) },
            ]))
        let mine = try pair.open("mine")
        try await mine.waitForAccept()
        mine.cancel()
        #expect(try await eventually { seen.withLock { $0 } == .aborted })
        #expect(await failureCode { try await mine.write([1]) } == .aborted)
        let theirs = try pair.open("theirs")
        #expect(await failureCode { _ = try await theirs.read() } == "ENOUGH")
        #expect(await failureCode { try await theirs.write([1]) } == "ENOUGH")
        #expect(try await eventually { pair.client.openCount == 0 && pair.server.openCount == 0 })
    }

    @Test func aStreamThatIsLetGoIsReset() async throws {
        let pair = try StreamPair(server: handlers(["deaf": deaf]))
        for _ in 0..<2000 {
            let stream = try pair.open("deaf")
            try await stream.waitForAccept()
        }
        #expect(try await eventually { pair.client.openCount == 0 && pair.server.openCount == 0 })
    }

    @Test func cancelledTasksDoNotHang() async throws {
        let (firstBytes, came) = AsyncStream<Void>.makeStream()
        let sip: StreamHandler = { stream in
            _ = try await stream.read()
            came.yield()
            try await deaf(stream)
        }
        let pair = try StreamPair(server: handlers(["sip": sip]))
        let stream = try pair.open("sip")
        let reading = Task { try await stream.read() }
        let waiting = Task { try await stream.read() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        let writing = Task { try await stream.write(Array(repeating: 1, count: 8 << 20)) }
        // It is under way, and more than the window holds.
        for await _ in firstBytes { break }
        // Queued behind it, with nothing sent.
        let queued = Task { try await stream.write([1]) }
        queued.cancel()
        await #expect(throws: CancellationError.self) { try await queued.value }
        writing.cancel()
        await #expect(throws: CancellationError.self) { try await writing.value }
        // What was written in part resets the stream.
        #expect(await failureCode { _ = try await waiting.value } == .aborted)
    }

    @Test func writesOfSeveralTasksKeepTogether() async throws {
        let pair = try StreamPair(server: handlers(["echo": echo]))
        let stream = try pair.open("echo")
        let text = Task { try await stream.text() }
        await withTaskGroup { group in
            for letter in "abcdef".utf8 {
                group.addTask {
                    let code = await failureCode { try await stream.write(Array(repeating: letter, count: 300_000)) }
                    #expect(code == nil)
                }
            }
        }
        stream.finish()
        let bytes = Array(try await text.value.utf8)
        #expect(bytes.count == 6 * 300_000)
        let changes = zip(bytes, bytes.dropFirst()).filter { $0 != $1 }.count
        #expect(changes == 5)
    }

    @Test func aThousandStreamsAtOnceAndOneThatNobodyReads() async throws {
        let pair = try StreamPair(server: handlers(["echo": echo, "deaf": deaf]))
        let blocked = try pair.open("deaf")
        let blocking = Task { try await blocked.write(Array(repeating: 1, count: 4 << 20)) }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for seed in 0..<1000 {
                let stream = try pair.open("echo")
                group.addTask {
                    let count = Task { try await stream.readPattern(seed) }
                    try await stream.writePattern(seed, count: 20_000, step: 3000)
                    return try await count.value
                }
            }
            for try await count in group { #expect(count == 20_000) }
        }
        blocked.cancel()
        #expect(await failureCode { try await blocking.value } == .aborted)
    }

    @Test func noMoreStreamsThanTheLimit() async throws {
        let pair = try StreamPair(server: handlers(["deaf": deaf]))
        let streams = try (0..<StreamLimits.streams).map { _ in try pair.open("deaf") }
        #expect(throws: WireError.self) { try pair.open("deaf") }
        for stream in streams { stream.cancel() }
        try await pair.open("deaf").waitForAccept()
    }

    @Test func theEndOfTheConnectionFailsEverythingButWhatCameWhole() async throws {
        let pair = try StreamPair(
            server: handlers(["deaf": deaf, "whole": { try await $0.writePattern(5, count: 90_000) }]))
        let whole = try pair.open("whole")
        let hanging = try pair.open("deaf")
        let reading = Task { _ = try await hanging.read() }
        let writing = Task { try await hanging.write(Array(repeating: 1, count: 2 << 20)) }
        #expect(try await eventually { whole.isOver })
        pair.server.close(WireError(.unavailable, "enough"))
        #expect(await failureCode { try await reading.value } == .unavailable)
        #expect(await failureCode { try await writing.value } == .unavailable)
        #expect(await failureCode { _ = try pair.open("late") } == .unavailable)
        #expect(try await whole.readPattern(5) == 90_000)
        #expect(try await eventually { pair.ended.count.withLock { $0 } == 2 })
    }

    @Test func connectionsLeaveNothingBehind() async throws {
        var kept: [WeakConnection] = []
        for _ in 0..<20 {
            let pair = try StreamPair(server: handlers(["echo": echo]))
            let stream = try pair.open("echo")
            try await stream.writePattern(1, count: 100_000)
            #expect(try await stream.readPattern(1) == 100_000)
            pair.client.close(WireError(.unavailable, "done"))
            kept += [WeakConnection(connection: pair.client), WeakConnection(connection: pair.server)]
        }
        // With a connection goes its thread, and its descriptors.
        for weak in kept { #expect(try await eventually { weak.connection == nil }) }
    }
}
