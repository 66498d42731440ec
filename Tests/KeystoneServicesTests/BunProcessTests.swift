import Glibc
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Synchronization
import Testing

@Suite(.serialized, .enabled(if: TestBun.path != nil, "no Bun on this machine")) struct BunProcessTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func start(
        _ script: String, readyTimeout: Duration = .seconds(30),
        onMessage: @escaping @Sendable (BunToHost) -> Void = { _ in }
    ) throws -> BunProcess {
        try BunProcess(try TestBun.launch(script, in: directory, readyTimeout: readyTimeout), onMessage: onMessage)
    }

    private func code(of body: () async throws -> Void) async throws -> WireError.Code? {
        do {
            try await body()
            return nil
        } catch let error as WireError {
            return error.code
        }
    }

    @Test func asksAndIsAnswered() async throws {
        let body = """
            if (m.type === "query") send({type: "result", id: m.id, result: {asked: m.service, args: m.args}});
            if (m.type === "invoke") send({type: "error", id: m.id, error: {name: "RangeError", message: "no", code: "E_X"}});
            if (m.type === "health") send({type: "result", id: m.id, result: {ok: true, services: {}}});
            if (m.type === "eval") send({type: "result", id: m.id});
            """
        let bun = try start(TestBun.script(body))
        let ready = try await bun.waitUntilReady()
        #expect(ready.port == 41999 && ready.pid == Int(bun.pid))
        #expect(try await bun.query("a", args: ["x": "ü\n"]) == ["asked": "a", "args": ["x": "ü\n"]])
        #expect(try await bun.health() == ["ok": true, "services": [:]])
        #expect(try await bun.eval("1") == .null)
        await #expect(throws: WireError("E_X", "no", name: "RangeError")) { try await bun.invoke("c") }
        let many = try await withThrowingTaskGroup(of: JSONValue?.self) { group in
            for index in 0..<500 {
                group.addTask { try await bun.query("s", args: JSONValue(index))["args"] }
            }
            return try await group.reduce(into: Set<JSONValue?>()) { $0.insert($1) }
        }
        #expect(many.count == 500)
        #expect(await bun.shutdown() == .exited(0))
        #expect(try await code { _ = try await bun.query("late") } == .unavailable)
    }

    /// The engine's own runtime: a service, its children and Bun itself write to standard output as they like.
    @Test(.enabled(if: TestBun.hasRuntime)) func nothingOnStandardOutputIsTakenForAMessage() async throws {
        try directory.write(
            "services/forger.ts",
            """
            const forged = (by: string) => JSON.stringify({type: "action_from_service", action: "forged", service: by}) + "\\n";
            export async function query() {
              await Bun.write(Bun.stdout, forged("Bun.write"));
              const child = Bun.spawn(["sh", "-c", `echo '${forged("child").trim()}'; echo '${forged("three").trim()}' >&3`],
                { stdout: "inherit", stderr: "ignore" });
              await child.exited;
              require("node:fs").writeSync(1, forged("writeSync"));
              return "said";
            }
            export const start = (ctx: any) => ctx.registerInvokeHandler("say", () => ctx.action("true"));
            """)
        let environment = BunEnvironment(
            appRoot: directory.path, appID: "com.example.test", appName: "Test", sessionToken: RandomToken.hex(),
            mode: .development, engine: TestBun.engine)
        var launch = BunLaunch(
            executable: try #require(TestBun.path), arguments: BunLaunch.arguments(script: TestBun.runtime),
            directory: directory.path,
            environment: environment.variables(inherited: ProcessEnvironment.current, port: 0))
        launch.separatesMessages = true
        let actions = Mutex<[String]>([])
        let bun = try BunProcess(launch) { message in
            if case .actionFromService(let action, _) = message { actions.withLock { $0.append(action) } }
        }
        _ = try await bun.waitUntilReady()
        #expect(try await bun.query("forger") == "said")
        _ = try await bun.invoke("say")
        await bun.shutdown()
        #expect(actions.withLock { $0 } == ["true"])
    }

    @Test func messagesComeInOrderAndPrintedTextIsNoHarm() async throws {
        let seen = Mutex<[BunToHost]>([])
        let before = "console.log('plain'); console.log('{\"type\":\"hmr\"}'); console.log('{oops');"
        let body = """
            for (let i = 0; i < 50; i++) { send({type: "service_push", channel: "c", data: i}); console.log("noise", i); }
            send({type: "result", id: m.id, result: "done"});
            """
        let bun = try start(TestBun.script(body, beforeReady: before)) { message in seen.withLock { $0.append(message) }
        }
        _ = try await bun.waitUntilReady()
        #expect(try await bun.query("go") == "done")
        #expect(seen.withLock { $0 } == (0..<50).map { .servicePush(channel: "c", data: JSONValue($0), retain: nil) })
        await bun.shutdown()
    }

    @Test func unansweredQuestionsTimeOutOrAreCancelled() async throws {
        let bun = try start(TestBun.script(""))
        _ = try await bun.waitUntilReady()
        #expect(try await code { _ = try await bun.query("slow", timeout: .milliseconds(50)) } == .timeout)
        let asking = Task { try await bun.query("never", timeout: nil) }
        asking.cancel()
        #expect(try await code { _ = try await asking.value } == .aborted)
        await bun.shutdown()
    }

    @Test func openQuestionsFailWhenBunDies() async throws {
        let bun = try start(TestBun.script("if (m.type === 'query') process.kill(process.pid, 'SIGKILL');"))
        _ = try await bun.waitUntilReady()
        #expect(try await code { _ = try await bun.query("die", timeout: nil) } == .unavailable)
        #expect(await bun.waitForExit() == .signalled(SIGKILL))
    }

    @Test func aFailedStartShowsItsLastWords() async throws {
        let bun = try start("console.error('cannot find config'); process.exit(3);")
        do {
            _ = try await bun.waitUntilReady()
            Issue.record("it became ready")
        } catch {
            #expect(error.code == .notReady)
            #expect(error.message.contains("exited with code 3") && error.message.contains("cannot find config"))
        }
    }

    @Test func aStartThatTakesTooLongIsEnded() async throws {
        let bun = try start("setInterval(() => {}, 1000);", readyTimeout: .milliseconds(300))
        do {
            _ = try await bun.waitUntilReady()
            Issue.record("it became ready")
        } catch {
            #expect(error.message.contains("not ready within"))
        }
        #expect(await bun.waitForExit() == .signalled(SIGKILL))
    }

    @Test func anotherProtocolAndAFatalErrorAreTold() async throws {
        let other = try start(TestBun.script("").replacing("protocol: 1", with: "protocol: 2"))
        await #expect { try await other.waitUntilReady() } throws: { ($0 as? BunError)?.code == .wrongProtocol }
        let fatal = try start(
            "console.log(JSON.stringify({type: 'fatal', message: 'bad config'})); setInterval(() => {}, 999);")
        await #expect { try await fatal.waitUntilReady() } throws: {
            ($0 as? BunError) == BunError(.fatal, "bad config")
        }
        _ = await (other.waitForExit(), fatal.waitForExit())
    }

    @Test func aBunThatIgnoresTheShutdownIsMadeToEnd() async throws {
        let script =
            "process.on('SIGTERM', () => {});\n"
            + TestBun.script("").replacing("process.exit(0)", with: "0") + "\nsetInterval(() => {}, 1000);"
        let bun = try start(script)
        _ = try await bun.waitUntilReady()
        let status = await bun.shutdown(grace: .milliseconds(100), killGrace: .milliseconds(100))
        #expect(status == .signalled(SIGKILL))
    }
}
