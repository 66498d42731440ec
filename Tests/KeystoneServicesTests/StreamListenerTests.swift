import Glibc
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import TestSupport
import Testing

@Suite struct StreamListenerTests {
    private let directory: TemporaryDirectory
    private let listener: StreamListener

    init() throws {
        directory = try TemporaryDirectory()
        listener = try StreamListener(
            process: "test", parent: directory.path, acceptor: handlers(["echo": echo, "deaf": deaf]))
    }

    /// This process connects to itself.
    private func connect() throws -> StreamConnection {
        try StreamConnection(
            UnixSocket.connect(to: listener.path), peer: "host", listens: false, acceptor: handlers(["echo": echo]))
    }

    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func theSocketIsPrivate() throws {
        #expect(mode(listener.directory) == 0o700)
        #expect(mode(listener.path) == 0o600)
        listener.shutDown("done")
        #expect(!fileExists(listener.path) && !fileExists(listener.directory))
    }

    @Test func onlyTheProcessItselfAndItsChildrenAreLetIn() async throws {
        let other = try ChildProcess(shell("sleep 60"), handlers: Transcript().handlers)
        listener.admit(other.pid)
        #expect(
            await failureCode { _ = try await connect().open(StreamOpening(channel: "echo")).read() } == .unavailable)
        await other.terminate(grace: .zero)

        listener.admit(getppid())
        try await connect().open(StreamOpening(channel: "echo")).waitForAccept()
    }

    @Test func nobodyIsLetInBeforeTheProcessIsKnown() async throws {
        let connection = try connect()
        let stream = try connection.open(StreamOpening(channel: "echo"))
        listener.admit(getpid())
        try await stream.waitForAccept()
        listener.dismiss()
        #expect(await failureCode { _ = try await stream.read() } == .unavailable)
        #expect(
            await failureCode { _ = try await connect().open(StreamOpening(channel: "echo")).read() } == .unavailable)
    }

    @Test func whoOpensWaitsForTheProcess() async throws {
        let opening = Task { try await listener.open("echo") }
        listener.admit(getpid())
        let connection = try connect()
        let stream = try await opening.value
        try await stream.write([1, 2])
        stream.finish()
        #expect(try await stream.text() == "\u{1}\u{2}")
        #expect(await failureCode { _ = try await listener.open("unknown") } == .noHandler)
        connection.close(WireError(.unavailable, "gone"))
    }

    @Test func whoOpensHearsAtOnceThatNobodyComes() async throws {
        let opening = Task { try await listener.open("echo") }
        #expect(await failureCode { _ = try await listener.open("echo", timeout: .milliseconds(1)) } == .timeout)
        listener.close("Bun has failed for good")
        #expect(await failureCode { _ = try await opening.value } == .unavailable)
        #expect(await failureCode { _ = try await listener.open("echo") } == .unavailable)
        // Somebody starts it again.
        listener.admit(getpid())
        let connection = try connect()
        _ = try await listener.open("echo")
        connection.close(WireError(.unavailable, "gone"))
    }

    @Test func aHandlerThatTakesNothingTimesOut() async throws {
        listener.admit(getpid())
        let connection = try StreamConnection(
            UnixSocket.connect(to: listener.path), peer: "host", listens: false,
            acceptor: { _ in
                do {
                    try await Task.sleep(for: .seconds(60))
                } catch {
                    return .failure(WireError(.aborted, "late"))
                }
                return .success(echo)
            })
        #expect(await failureCode { _ = try await listener.open("echo", timeout: .milliseconds(20)) } == .timeout)
        connection.close(WireError(.unavailable, "done"))
    }

    @Test func aNewConnectionReplacesTheOldOne() async throws {
        listener.admit(getpid())
        let first = try connect()
        let old = try first.open(StreamOpening(channel: "deaf"))
        try await old.waitForAccept()
        let second = try connect()
        #expect(await failureCode { _ = try await old.read() } == .unavailable)
        try await second.open(StreamOpening(channel: "echo")).waitForAccept()
        _ = try await listener.open("echo")
    }

    @Test func directoriesOfKilledProcessesAreRemoved() async throws {
        let child = try ChildProcess(shell("exit 0"), handlers: Transcript().handlers)
        _ = await child.waitForExit()
        let stale = "\(directory.path)/keystone-\(child.pid)-0123abcd"
        let others = "\(directory.path)/keystone-app-notes"
        for path in [stale, others] {
            try makeDirectories(path)
            try SmallFile.replace(path + "/streams", with: [])
        }
        _ = try StreamListener(process: "next", parent: directory.path, acceptor: handlers([:]))
        #expect(!fileExists(stale) && fileExists(others + "/streams"))
    }

    @Test func listenersLeaveNothingBehind() async throws {
        for admits in [true, false] {
            weak var gone: StreamListener?
            var path = ""
            do {
                let one = try StreamListener(process: "x", parent: directory.path, acceptor: handlers([:]))
                if admits { one.admit(getpid()) }
                (gone, path) = (one, one.directory)
                #expect(fileExists(path))
            }
            #expect(gone == nil)
            #expect(!fileExists(path))
        }
    }
}
