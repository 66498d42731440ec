import Glibc
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import TestSupport
import Testing

/// Streams between this process and a real Bun with the engine's own runtime, under the supervisor.
@Suite(.serialized, .enabled(if: TestBun.hasRuntime, "needs Bun and the engine's bun/host.ts"))
struct StreamBunTests {
    private static let service = """
        const chunk = new Uint8Array(65536);
        export function start(ctx: any) {
          ctx.onStream("echo", (stream: any) => stream.readable.pipeTo(stream.writable));
          ctx.onStream("holds", () => {});
          ctx.onStream("source", async (stream: any) => {
            const writer = stream.writable.getWriter();
            for (let left = stream.data; left > 0; left -= chunk.length) await writer.write(chunk);
            await writer.close();
          });
          ctx.onStream("slow-sink", async (stream: any) => {
            let count = 0;
            for await (const part of stream.readable) {
              count += part.length;
              if (count % (4 << 20) < part.length) await new Promise((resolve) => setTimeout(resolve, 1));
            }
            const writer = stream.writable.getWriter();
            await writer.write(new TextEncoder().encode(String(count)));
            await writer.close();
          });
          ctx.registerInvokeHandler("ask", async (channel: string) => {
            const stream = ctx.openStream(channel, { n: 7 });
            await stream.writable.close();
            return await new Response(stream.readable).text();
          });
        }
        """

    private let directory: TemporaryDirectory
    private let listener: StreamListener
    private let supervisor: BunSupervisor

    init() throws {
        directory = try TemporaryDirectory()
        let root = directory.path + "/bun"
        try makeDirectories(root + "/services")
        try SmallFile.replace(root + "/services/pipes.ts", with: Array(Self.service.utf8))
        listener = try StreamListener(
            process: "bun", parent: directory.path,
            acceptor: handlers([
                "greet": { try await $0.write(Array("\($0.service ?? "") \($0.data)".utf8)) },
                "refuse": { _ in throw WireError("MINE", "no") },
            ]))
        var environment = BunEnvironment(
            appRoot: root, appID: "com.example.streams", appName: "Streams", sessionToken: RandomToken.hex(),
            mode: .development, engine: TestBun.engine)
        environment.streamSocket = listener.path
        let bun = try #require(TestBun.path)
        supervisor = BunSupervisor(
            options: BunSupervisorOptions(policy: RestartPolicy(baseDelay: .milliseconds(10))), port: nil,
            streams: listener
        ) { [environment] port in
            BunLaunch(
                executable: bun, arguments: [TestBun.runtime], directory: root,
                environment: environment.variables(inherited: ProcessEnvironment.current, port: port))
        }
    }

    @Test func bytesGoBothWays() async throws {
        await supervisor.start()
        // Bun and its services are still starting: both are waited for.
        let stream = try await listener.open("echo", timeout: .seconds(30))
        let reading = Task { try await stream.readPattern(1) }
        try await stream.writePattern(1, count: 32 << 20)
        #expect(try await reading.value == 32 << 20)
        let answer = try await supervisor.connection.invoke("ask", args: "greet", timeout: .seconds(30))
        #expect(answer == #"pipes {"n":7}"#)
        await #expect { _ = try await supervisor.connection.invoke("ask", args: "refuse") } throws: {
            ($0 as? WireError)?.code == "MINE"
        }
        await #expect { _ = try await supervisor.connection.invoke("ask", args: "greed") } throws: {
            ($0 as? WireError)?.code == .noHandler
        }
        await #expect { _ = try await listener.open("ecko") } throws: { ($0 as? WireError)?.code == .noHandler }
        await supervisor.stop()
        #expect(!fileExists(listener.path))
    }

    /// A gibibyte each way to a reader that lags behind: neither process grows by more than a few windows.
    @Test func aGibibyteToASlowReaderIsNotBuffered() async throws {
        await supervisor.start()
        let sink = try await listener.open("slow-sink", timeout: .seconds(30))
        let bun = try #require(supervisor.pid)
        let chunk = [UInt8](repeating: 1, count: 64 << 10)
        for _ in 0..<256 { try await sink.write(chunk) }
        let before = (host: try residentBytes(getpid()), bun: try residentBytes(bun))
        var peak = (host: 0, bun: 0)
        for index in 256..<(1 << 14) {
            try await sink.write(chunk)
            guard index % 512 == 0 else { continue }
            peak.host = max(peak.host, try residentBytes(getpid()) - before.host)
            peak.bun = max(peak.bun, try residentBytes(bun) - before.bun)
        }
        sink.finish()
        #expect(try await sink.text() == String(1 << 30))

        let source = try await listener.open("source", data: JSONValue(1 << 30))
        var count = 0
        for try await part in source {
            count += part.count
            guard count % (16 << 20) < part.count else { continue }
            try await Task.sleep(for: .milliseconds(1))
            peak.host = max(peak.host, try residentBytes(getpid()) - before.host)
            peak.bun = max(peak.bun, try residentBytes(bun) - before.bun)
        }
        #expect(count == 1 << 30)
        // Other tests of this process run beside this one; Bun's garbage waits for its collector.
        #expect(peak.host < 96 << 20, "\(peak)")
        #expect(peak.bun < 128 << 20, "\(peak)")
        await supervisor.stop()
    }

    @Test func streamsFailWhenBunIsKilledAndTheNextBunHasNewOnes() async throws {
        await supervisor.start()
        let held = try await listener.open("holds", timeout: .seconds(30))
        let reading = Task { _ = try await held.read() }
        let writing = Task { try await held.write(Array(repeating: 1, count: 2 << 20)) }
        kill(try #require(supervisor.pid), SIGKILL)
        #expect(await failureCode { try await reading.value } == .unavailable)
        #expect(await failureCode { try await writing.value } == .unavailable)
        let next = try await listener.open("echo", timeout: .seconds(30))
        try await next.write([1])
        next.finish()
        #expect(try await next.text() == "\u{1}")
        await supervisor.stop()
        #expect(await failureCode { _ = try await listener.open("echo") } == .unavailable)
    }
}
