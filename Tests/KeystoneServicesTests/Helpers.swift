import Glibc
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Synchronization
import Testing

/// What a child said, collected from its thread.
final class Transcript: Sendable {
    let output = Mutex<[UInt8]>([])
    let errorOutput = Mutex<[UInt8]>([])

    var handlers: ChildHandlers {
        ChildHandlers(
            output: { bytes in self.output.withLock { $0 += bytes } },
            errorOutput: { bytes in self.errorOutput.withLock { $0 += bytes } }, exited: { _ in })
    }

    var outputText: String { output.withLock { String(decoding: $0, as: UTF8.self) } }
    var errorText: String { errorOutput.withLock { String(decoding: $0, as: UTF8.self) } }
}

func shell(_ script: String, directory: String? = nil, maximumQueuedBytes: Int = 1 << 20) -> ChildConfiguration {
    ChildConfiguration(
        executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"], directory: directory,
        maximumQueuedBytes: maximumQueuedBytes)
}

/// Waits for something that has no event of its own, without a fixed delay; `false` after the limit.
func eventually(within limit: Duration = .seconds(30), _ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    return try await condition()
}

/// Whether it still runs; a dead grandchild that init has not collected yet does not.
func isRunning(_ pid: Int32) -> Bool {
    do {
        let text = String(decoding: try SmallFile.read("/proc/\(pid)/stat", limit: 4096), as: UTF8.self)
        return !text.contains(") Z ")
    } catch {
        return false
    }
}

/// Whether the id is taken, by a zombie too.
func processExists(_ pid: Int32) -> Bool { kill(pid, 0) == 0 }

/// The descriptors of this process that are open now.
func openDescriptors() -> Int {
    var count = 0
    guard let directory = opendir("/proc/self/fd") else { return -1 }
    while readdir(directory) != nil { count += 1 }
    closedir(directory)
    return count
}

/// A real Bun for the tests: `KEYSTONE_BUN`, the engine's own, or one in `PATH`.
enum TestBun {
    static let engine = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    static let path: String? = {
        do {
            return try BunExecutable.locate(engine: engine, environment: ProcessEnvironment.current)
        } catch {
            return nil
        }
    }()

    /// The engine's own `host.ts`.
    static let runtime = engine + "/bun/host.ts"
    static var hasRuntime: Bool { path != nil && access(runtime, R_OK) == 0 }

    /// A child that speaks the protocol; `body` runs for each message `m`, with `send` to answer.
    static func script(_ body: String, beforeReady: String = "", port: String = "41999") -> String {
        """
        const sink = Bun.file(Number(process.env.KEYSTONE_PROTOCOL_FD ?? 1)).writer();
        const send = (m) => { sink.write(JSON.stringify(m) + "\\n"); sink.flush(); };
        \(beforeReady)
        send({type: "ready", protocol: 1, port: \(port), services: ["s"], components: [], pid: process.pid, version: Bun.version});
        const decoder = new TextDecoder();
        let rest = "";
        for await (const chunk of Bun.stdin.stream()) {
          rest += decoder.decode(chunk, { stream: true });
          const lines = rest.split("\\n");
          rest = lines.pop();
          for (const line of lines) {
            const m = JSON.parse(line);
            if (m.type === "shutdown") process.exit(0);
            \(body)
          }
        }
        """
    }

    static func launch(
        _ script: String, in directory: TemporaryDirectory, port: Int = 0, readyTimeout: Duration = .seconds(30)
    ) throws -> BunLaunch {
        let file = directory.path + "/child.ts"
        try SmallFile.replace(file, with: Array(script.utf8))
        var environment = ProcessEnvironment.current
        environment["KEYSTONE_PORT"] = String(port)
        return BunLaunch(
            executable: try #require(path), arguments: [file], directory: directory.path, environment: environment,
            readyTimeout: readyTimeout)
    }
}
