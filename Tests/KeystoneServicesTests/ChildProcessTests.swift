import Dispatch
import Glibc
import KeystoneServices
import KeystoneSupport
import Synchronization
import Testing

@Suite(.serialized) struct ChildProcessTests {
    @Test func givesOutputErrorAndStatus() async throws {
        let result = try await ChildProcess.run(shell("echo out; echo err >&2; exit 7"), timeout: .seconds(10))
        #expect(result.status == .exited(7))
        #expect(result.output == Array("out\n".utf8))
        #expect(result.errorOutput == Array("err\n".utf8))
    }

    @Test func givesEveryByteOfALargeOutput() async throws {
        let result = try await ChildProcess.run(
            shell("head -c 3000000 /dev/zero"), timeout: .seconds(20), limit: 8 << 20)
        #expect(result.output.count == 3_000_000)
    }

    @Test func largeInputGoesThroughWithoutBlocking() async throws {
        let transcript = Transcript()
        let child = try ChildProcess(shell("cat", maximumQueuedBytes: 8 << 20), handlers: transcript.handlers)
        let line = [UInt8](repeating: 0x61, count: 100_000)
        for _ in 0..<40 { #expect(child.write(line) == .accepted) }
        child.closeInput()
        #expect(await child.waitForExit() == .exited(0))
        #expect(transcript.outputText.utf8.count == 4_000_000)
        #expect(child.write([1]) == .closed)
    }

    @Test func reportsBackPressureInsteadOfGrowing() async throws {
        let child = try ChildProcess(
            shell("exec sleep 60", maximumQueuedBytes: 300_000), handlers: Transcript().handlers)
        let chunk = [UInt8](repeating: 0x61, count: 100_000)
        var results: [ChildProcess.WriteResult] = []
        for _ in 0..<10 { results.append(child.write(chunk)) }
        #expect(results.first == .accepted && results.last == .full)
        #expect(child.queuedBytes <= 300_000)
        #expect(await child.terminate(grace: .seconds(5)) == .signalled(SIGTERM))
    }

    @Test func aChildThatClosesItsInputDoesNotKillTheHost() async throws {
        let child = try ChildProcess(shell("exec 0<&-; echo closed; exec sleep 60"), handlers: Transcript().handlers)
        let closed = try await eventually { child.write([UInt8](repeating: 0, count: 100_000)) == .closed }
        #expect(closed)
        child.signalGroup(SIGKILL)
        #expect(await child.waitForExit() == .signalled(SIGKILL))
    }

    @Test func terminatesTheWholeGroupThoughItIgnoresTheRequest() async throws {
        let transcript = Transcript()
        let child = try ChildProcess(
            shell("trap '' TERM; (trap '' TERM; sleep 60) & echo $!; wait; sleep 60"), handlers: transcript.handlers)
        #expect(try await eventually { transcript.outputText.hasSuffix("\n") })
        let grandchild = try #require(Int32(transcript.outputText.dropLast()))
        #expect(await child.terminate(grace: .milliseconds(50)) == .signalled(SIGKILL))
        #expect(try await eventually { !isRunning(grandchild) })
        #expect(!processExists(child.pid))
    }

    @Test func nothingOutlivesTheLeader() async throws {
        let transcript = Transcript()
        let child = try ChildProcess(shell("sleep 60 & echo $!"), handlers: transcript.handlers)
        #expect(await child.waitForExit() == .exited(0))
        let grandchild = try #require(Int32(transcript.outputText.dropLast()))
        #expect(try await eventually { !isRunning(grandchild) })
    }

    @Test func inheritsNothingButThreeDescriptorsAndItsEnvironment() async throws {
        // Not closed on exec on purpose: the child must not get it all the same.
        let leak = fcntl(STDERR_FILENO, F_DUPFD, 200)
        try #require(leak >= 200)
        defer { close(leak) }
        let directory = try TemporaryDirectory()
        var configuration = shell(
            "[ -e /proc/$$/fd/\(leak) ] && echo leaked; echo $A; pwd; trap", directory: directory.path)
        configuration.environment["A"] = "ä b"
        let result = try await ChildProcess.run(configuration, timeout: .seconds(10))
        #expect(String(decoding: result.output, as: UTF8.self) == "ä b\n\(directory.path)\n")
    }

    @Test func aMissingProgramOrDirectoryIsNamed() throws {
        let handlers = Transcript().handlers
        #expect(throws: SystemError(code: ENOENT, operation: "start", path: "/nope/bun")) {
            try ChildProcess(ChildConfiguration(executable: "/nope/bun"), handlers: handlers)
        }
        #expect(throws: SystemError(code: ENOENT, operation: "enter directory", path: "/nope")) {
            try ChildProcess(shell("true", directory: "/nope"), handlers: handlers)
        }
    }

    @Test func leavesNoDescriptorAndNoZombie() async throws {
        _ = try await ChildProcess.run(shell("true"), timeout: .seconds(10))
        let before = openDescriptors()
        for _ in 0..<20 { _ = try await ChildProcess.run(shell("echo x"), timeout: .seconds(10)) }
        for _ in 0..<5 {
            #expect(throws: SystemError.self) {
                try ChildProcess(ChildConfiguration(executable: "/nope"), handlers: Transcript().handlers)
            }
        }
        // Other suites open descriptors meanwhile; a leak here would be over a hundred.
        #expect(try await eventually { openDescriptors() < before + 20 })
        // Children of other suites are zombies for a moment too; ours would stay.
        var zombies = "1"
        for _ in 0..<50 where !zombies.hasPrefix("0") {
            let count = shell("ps -o stat= --ppid \(getpid()) 2>/dev/null | grep -c Z; true")
            zombies = String(decoding: try await ChildProcess.run(count, timeout: .seconds(10)).output, as: UTF8.self)
        }
        #expect(zombies.hasPrefix("0"))
    }

    @Test func outlivesTheThreadThatAskedForIt() async throws {
        // Killed with the thread that started it, as a sandbox by bubblewrap is. Threads of pools end when they are idle.
        let configuration = ChildConfiguration(
            executable: "/usr/bin/setpriv",
            arguments: ["--pdeathsig", "KILL", "sh", "-c", "echo armed; read line; echo $line"],
            environment: ["PATH": "/usr/bin:/bin"])
        let transcript = Transcript()
        let armed = DispatchSemaphore(value: 0)
        var handlers = transcript.handlers
        handlers.output = { [handlers] bytes in
            handlers.output(bytes)
            armed.signal()
        }
        let started = Mutex<Result<ChildProcess, SystemError>?>(nil)
        try OwnThread.run { [handlers] in
            let child = Result { () throws(SystemError) in try ChildProcess(configuration, handlers: handlers) }
            started.withLock { $0 = child }
            if case .success = child { armed.wait() }
        }
        let child = try #require(started.withLock { $0 }).get()
        #expect(child.write(Array("alive\n".utf8)) == .accepted)
        #expect(await child.waitForExit() == .exited(0))
        #expect(transcript.outputText == "armed\nalive\n")
    }
}

/// A thread of its own.
private enum OwnThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs the body on a new thread and returns when that has ended.
    static func run(_ body: @escaping @Sendable () -> Void) throws {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(body))
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        try #require(code == 0)
        pthread_join(thread, nil)
    }
}
