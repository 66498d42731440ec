import Glibc
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Testing

/// The engine's own runtime under the supervisor.
@Suite(.serialized, .enabled(if: TestBun.hasRuntime, "needs Bun and the engine's bun/host.ts"))
struct RuntimeTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try makeDirectories(directory.path + "/bun/services")
        let service = """
            export function start(ctx: any) { ctx.push("hello", { from: "echo" }); }
            export function query(args: any) { return { echoed: args }; }
            """
        try SmallFile.replace(directory.path + "/bun/services/echo.ts", with: Array(service.utf8))
    }

    @Test func runsAnswersAndComesBackAtItsPort() async throws {
        let environment = BunEnvironment(
            appRoot: directory.path + "/bun", appID: "com.example.test", appName: "Test",
            sessionToken: RandomToken.hex(), mode: .development, engine: TestBun.engine)
        let bun = try #require(TestBun.path)
        let root = directory.path + "/bun"
        let policy = RestartPolicy(baseDelay: .milliseconds(10))
        let supervisor = BunSupervisor(
            options: BunSupervisorOptions(policy: policy), port: PortMemory(path: directory.path + "/port")
        ) { port in
            BunLaunch(
                executable: bun, arguments: [TestBun.runtime], directory: root,
                environment: environment.variables(inherited: ProcessEnvironment.current, port: port))
        }
        var ready: [BunReady] = []
        await supervisor.start()
        for await event in supervisor.events {
            if case .state(.failed(let message)) = event { throw BunError(.notStarted, message) }
            guard case .state(.running(let now)) = event else { continue }
            ready.append(now)
            #expect(now.services.contains("echo"))
            #expect(try await supervisor.connection.query("echo", args: [1, "ü"]) == ["echoed": [1, "ü"]])
            #expect(try await supervisor.connection.health()["ok"]?.bool == true)
            await #expect { try await supervisor.connection.query("missing") } throws: { $0 is WireError }
            if ready.count == 2 { break }
            kill(Int32(now.pid), SIGKILL)
        }
        #expect(ready.map(\.port) == [ready[0].port, ready[0].port] && ready[0].port > 0)
        await supervisor.stop()
        #expect(try await eventually { !processExists(Int32(ready[1].pid)) })
    }
}
