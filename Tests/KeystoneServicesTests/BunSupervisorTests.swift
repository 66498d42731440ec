import Glibc
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Synchronization
import Testing

@Suite(.serialized, .enabled(if: TestBun.path != nil, "no Bun on this machine")) struct BunSupervisorTests {
    private let directory: TemporaryDirectory
    private var port: PortMemory { PortMemory(path: directory.path + "/state/port") }

    init() throws { directory = try TemporaryDirectory() }

    /// Answers with what was pushed to it, and takes the port it is asked for.
    private static let echo = """
        globalThis.pushes ??= [];
        if (m.type === "push") globalThis.pushes.push([m.channel, m.data]);
        if (m.type === "query") send({type: "result", id: m.id, result: globalThis.pushes});
        if (m.type === "health") send({type: "result", id: m.id, result: {ok: true, services: {}}});
        """

    private func supervisor(
        _ script: String = TestBun.script(echo, port: "Number(process.env.KEYSTONE_PORT) || 41234"),
        maximumRestarts: Int = 5, healthInterval: Duration = .seconds(10)
    ) -> BunSupervisor {
        let policy = RestartPolicy(
            maximumRestarts: maximumRestarts, baseDelay: .milliseconds(10), maximumDelay: .milliseconds(40))
        let directory = directory
        return BunSupervisor(
            options: BunSupervisorOptions(policy: policy, healthInterval: healthInterval), port: port
        ) { port in
            var launch = try TestBun.launch(script, in: directory, port: port)
            launch.maximumQueuedBytes = 64 << 10
            return launch
        }
    }

    private func next(
        _ events: inout BoundedEvents<BunEvent>.Iterator, where matches: (BunEvent) -> Bool
    ) async throws -> BunEvent {
        while let event = await events.next() {
            if matches(event) { return event }
        }
        throw BunError(.notStarted, "the events ended")
    }

    private func untilRunning(_ events: inout BoundedEvents<BunEvent>.Iterator) async throws -> BunReady {
        let event = try await next(&events) { if case .state(.running) = $0 { true } else { false } }
        guard case .state(.running(let ready)) = event else { throw BunError(.notStarted, "\(event)") }
        return ready
    }

    @Test func comesBackAfterAKillWithItsPortAndRetainedPushes() async throws {
        let supervisor = supervisor()
        var events = supervisor.events.makeAsyncIterator()
        await supervisor.start()
        // Asked before Bun runs: it waits.
        async let early = supervisor.connection.query("s")
        let first = try await untilRunning(&events)
        #expect(try await early == [])
        #expect(first.port == 41234 && port.load() == 41234)
        supervisor.connection.push("theme", "dark", retain: true)
        supervisor.connection.push("theme", "light", retain: true)
        supervisor.connection.push("once", 1)
        #expect(try await supervisor.connection.query("s") == [["theme", "dark"], ["theme", "light"], ["once", 1]])

        kill(Int32(first.pid), SIGKILL)
        let crash = try await next(&events) { if case .crashed = $0 { true } else { false } }
        #expect(crash == .crashed(.signalled(SIGKILL)))
        let second = try await untilRunning(&events)
        #expect(second.pid != first.pid && second.port == 41234)
        #expect(try await next(&events) { if case .restarted = $0 { true } else { false } } == .restarted(attempt: 1))
        #expect(try await supervisor.connection.query("s") == [["theme", "light"]])

        await supervisor.stop()
        #expect(try await eventually { !processExists(Int32(second.pid)) })
        #expect(await supervisor.state == .stopped)
        await #expect { try await supervisor.connection.query("s") } throws: {
            ($0 as? WireError)?.code == .unavailable
        }
    }

    @Test func aCrashLoopReachesTheLimitThoughEachRunBecomesReady() async throws {
        let supervisor = supervisor(
            TestBun.script("if (m.type === 'push') process.exit(9);"), maximumRestarts: 2)
        var events = supervisor.events.makeAsyncIterator()
        supervisor.connection.push("poison", true, retain: true)
        await supervisor.start()
        var states: [BunState] = []
        while let event = await events.next() {
            guard case .state(let state) = event else { continue }
            states.append(state)
            if case .failed = state { break }
        }
        let reason = "Bun exited with code 9"
        #expect(states.contains(.backingOff(attempt: 1, delay: .milliseconds(10), reason: reason)))
        #expect(states.contains(.backingOff(attempt: 2, delay: .milliseconds(20), reason: reason)))
        #expect(states.last == .failed("\(reason); given up after 2 restarts (bunMaxRestarts)"))
        await #expect { try await supervisor.connection.query("s") } throws: {
            ($0 as? WireError)?.message.contains("given up") == true
        }
        // A person may still start it again.
        await supervisor.restart()
        _ = try await untilRunning(&events)
        await supervisor.stop()
    }

    @Test func aHangIsNoticedAndEnded() async throws {
        let supervisor = supervisor(healthInterval: .milliseconds(60))
        var events = supervisor.events.makeAsyncIterator()
        await supervisor.start()
        let first = try await untilRunning(&events)
        kill(Int32(first.pid), SIGSTOP)
        let event = try await next(&events) { if case .state(.backingOff) = $0 { true } else { false } }
        guard case .state(.backingOff(1, _, let reason)) = event else { throw BunError(.notStarted, "\(event)") }
        #expect(reason == "Bun did not answer 3 health checks and was killed")
        #expect(try await untilRunning(&events).pid != first.pid)
        await supervisor.stop()
    }

    @Test func aBunThatNoLongerReadsIsEndedEvenWhenItsInputIsFull() async throws {
        let supervisor = supervisor(healthInterval: .milliseconds(60))
        var events = supervisor.events.makeAsyncIterator()
        await supervisor.start()
        let first = try await untilRunning(&events)
        kill(Int32(first.pid), SIGSTOP)
        // Ever smaller ones, until not even a health check fits in.
        for size in (0...15).flatMap({ [1 << (15 - $0), 1 << (15 - $0), 1 << (15 - $0)] }) {
            supervisor.connection.push("", .string(String(repeating: "x", count: size)))
        }
        for id in 1...4 { supervisor.connection.send(.health(id: .string("\(id)"))) }
        #expect(try await untilRunning(&events).pid != first.pid)
        await supervisor.stop()
    }

    @Test func aFloodOfMessagesIsBoundedAndStatesStillArrive() async throws {
        let flood = """
            setTimeout(() => {
              const message = {type: "service_push", channel: "flood", data: "x".repeat(1 << 20)};
              for (let count = 0; count < 150; count++) send(message);
              process.exit(3);
            }, 50);
            """
        let supervisor = supervisor(TestBun.script("", beforeReady: flood), maximumRestarts: 1)
        supervisor.connection.hearsPushes.store(true, ordering: .relaxed)
        await supervisor.start()
        // Nobody takes them while Bun floods and dies twice.
        let hasFailed = try await eventually(within: .seconds(30)) {
            if case .failed = await supervisor.state { true } else { false }
        }
        #expect(hasFailed)
        var messages = 0
        var states: [BunState] = []
        for await event in supervisor.events {
            if case .message = event { messages += 1 }
            guard case .state(let state) = event else { continue }
            states.append(state)
            if case .failed = state { break }
        }
        #expect(messages > 0 && messages <= 64)
        #expect(states.count == 6)
        await supervisor.stop()
    }

    @Test func whatCannotBeMendedByItselfFailsAtOnce() async throws {
        let supervisor = BunSupervisor(port: nil) { _ in throw BunError(.notFound, "Bun is not installed") }
        var events = supervisor.events.makeAsyncIterator()
        await supervisor.start()
        let event = try await next(&events) { if case .state(.failed) = $0 { true } else { false } }
        #expect(event == .state(.failed("Bun is not installed")))
        await supervisor.stop()
    }

    @Test func stoppingDuringBackOffOrStartLeavesNothing() async throws {
        let supervisor = supervisor("setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));")
        await supervisor.start()
        #expect(try await eventually { supervisor.pid != nil })
        let pid = try #require(supervisor.pid)
        let stopping = Task { await supervisor.stop() }
        kill(pid, SIGTERM)
        await stopping.value
        #expect(try await eventually { !processExists(pid) })
        #expect(await supervisor.state == .stopped)
    }
}
