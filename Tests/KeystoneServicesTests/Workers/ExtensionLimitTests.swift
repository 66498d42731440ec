import Glibc
import KeystoneCore
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Testing

/// An extension that takes more than its share.
@Suite(.serialized, .enabled(if: SandboxSupport.isThere, "needs Bun, bubblewrap and user namespaces"))
struct ExtensionLimitTests {
    /// Does what it is asked, and answers its process's id otherwise.
    private static let service = """
        import * as fs from "node:fs";
        const held = (globalThis.held ??= []);
        const write = (line) => {
          for (;;) try { fs.writeSync(1, line); } catch (error) { if (error.code !== "EAGAIN") throw error; }
        };
        const does = {
          allocate: () => { for (;;) held.push(new Uint8Array(16 << 20).fill(1)); },
          files: () => { let n = 0; try { for (;; n++) fs.writeFileSync("/tmp/" + n, new Uint8Array(8 << 20).fill(1)); } catch (error) { return error.code + " " + n; } },
          spin: () => { for (;;); },
          fork: () => { for (;;) held.push(Bun.spawn(["/bin/sleep", "60"])); },
          threads: () => { for (let n = 0; n < 2000; n++) held.push(new Worker("data:text/javascript,setInterval(() => {}, 1000)")); return new Promise(() => {}); },
          flood: () => { write("x".repeat(1 << 16) + "\\n"); },
          pushes: () => { write(JSON.stringify({ type: "service_push", channel: "ext:x", data: "y".repeat(1 << 16) }) + "\\n"); },
          links: () => {
            const own = process.env.KEYSTONE_APP_ROOT + "/data/workers/ext";
            fs.symlinkSync("/etc/shadow", own + "/shadow");
            fs.symlinkSync("/", own + "/root");
            return [fs.existsSync(own + "/shadow"), fs.readdirSync(own + "/root").includes("home")];
          },
        };
        export const query = (what) => does[what] ? does[what]() : process.pid;
        """

    /// Its process is ended, and a new one answers.
    private func isEndedAndReplaced(_ what: String, by harness: ExtensionHarness) async throws {
        _ = try await harness.ask()
        let old = try #require(harness.worker.processID)
        let end = Task { try await harness.ask(.string(what), timeout: .seconds(30)) }
        #expect(try await harness.hasBeenReplaced(old), "\(what)")
        await #expect(throws: WireError.self) { try await end.value }
        #expect(try await eventually { !isRunning(old) })
        #expect(try await harness.ask().int != nil)
    }

    @Test func isEndedWhenItTakesTooMuchMemory() async throws {
        let harness = try await ExtensionHarness(Self.service) { $0.memoryLimitMiB = 128 }
        try await isEndedAndReplaced("allocate", by: harness)
        // What lies in its /tmp is memory too.
        let filled = try await harness.ask("files").string ?? ""
        #expect(filled.hasPrefix("ENOSPC"), "\(filled)")
        try await harness.stop()
    }

    @Test func isEndedWhenItForksWithoutEnd() async throws {
        let harness = try await ExtensionHarness(Self.service) { $0.maxProcesses = 4 }
        try await isEndedAndReplaced("fork", by: harness)
        try await harness.stop()
    }

    @Test func isEndedWhenItStartsThreadsWithoutEnd() async throws {
        let harness = try await ExtensionHarness(Self.service) { $0.memoryLimitMiB = 4096 }
        try await isEndedAndReplaced("threads", by: harness)
        try await harness.stop()
    }

    @Test func isEndedWhenItSpins() async throws {
        var timing = WorkerTiming()
        timing.extensionHealthInterval = .milliseconds(300)
        let harness = try await ExtensionHarness(Self.service, timing: timing)
        try await isEndedAndReplaced("spin", by: harness)
        try await harness.stop()
    }

    @Test(arguments: ["flood", "pushes"]) func floodsNobodysMemory(what: String) async throws {
        var timing = WorkerTiming()
        timing.extensionHealthInterval = .milliseconds(300)
        let harness = try await ExtensionHarness(Self.service, timing: timing)
        _ = try await harness.ask()
        let before = residentMebibytes()
        let flooding = Task { try await harness.ask(.string(what), timeout: .seconds(30)) }
        let old = harness.worker.processID
        // It answers no check while it writes, and is ended.
        #expect(try await harness.hasBeenReplaced(old))
        #expect(residentMebibytes() - before < 300)
        _ = await flooding.result
        #expect(try await harness.ask().int != nil)
        try await harness.stop()
    }

    @Test func findsNothingBehindLinksOfItsOwn() async throws {
        let harness = try await ExtensionHarness(Self.service)
        let answer = try await harness.ask("links")
        #expect(answer == [false, false])
        try await harness.stop()
        // The next run has the same directory.
        #expect(access(harness.data, F_OK) == 0)
    }

    private func residentMebibytes() -> Int {
        do {
            let fields = String(decoding: try SmallFile.read("/proc/self/statm", limit: 256), as: UTF8.self).split(
                separator: " ")
            return (Int(fields[1]) ?? 0) * 4096 >> 20
        } catch {
            return 0
        }
    }
}
