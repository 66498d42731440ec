import Glibc
import KeystoneCore
import KeystoneServices
import KeystoneSupport
import Testing

/// An extension host as an app has it: the engine's own worker runtime, in its sandbox, under the manager.
final class ExtensionHarness: Sendable {
    let directory: TemporaryDirectory
    let workers: WorkerManager
    let worker: Worker

    var data: String { directory.path + "/bun/data/workers/ext" }

    /// - Parameter service: The extension's only service, `tries`.
    init(
        _ service: String, granted: [String] = [], timing: WorkerTiming = WorkerTiming(),
        _ change: (inout WorkerConfig) -> Void = { _ in }
    ) async throws {
        directory = try TemporaryDirectory()
        let root = directory.path + "/bun"
        try makeDirectories(root + "/extensions")
        try makeDirectories(root + "/node_modules/@keystone")
        for name in ["sdk", "lib"] {
            try systemCall("symlink") {
                symlink("\(TestBun.engine)/bun/\(name)", "\(root)/node_modules/@keystone/\(name)")
            }
        }
        try SmallFile.replace(root + "/extensions/tries.ts", with: Array(service.utf8))
        let bun = try #require(TestBun.path)
        let environment = BunEnvironment(
            appRoot: root, appID: "com.example.test", appName: "Test", sessionToken: String(repeating: "5", count: 64),
            mode: .packaged, engine: TestBun.engine)
        let launcher = WorkerLauncher(
            environment: environment, inherited: ProcessEnvironment.current, appRoot: directory.path,
            grantedEndpoints: granted
        ) { bun }
        var config = WorkerConfig()
        config.name = "ext"
        config.servicesDir = "extensions"
        config.isExtensionHost = true
        config.sandbox = true
        config.allowedChannels = ["ext:"]
        config.baseBackoffMs = 10
        change(&config)
        workers = WorkerManager(configured: [config], launcher: launcher, timing: timing)
        workers.mainIsReady()
        worker = try #require(workers["ext"])
    }

    func ask(_ args: JSONValue = .null, timeout: Duration = .seconds(20)) async throws -> JSONValue {
        try await worker.query("tries", args: args, timeout: timeout)
    }

    /// Waits until its process is another one than this.
    func hasBeenReplaced(_ old: Int32?) async throws -> Bool {
        try await eventually(within: .seconds(30)) { worker.isRunning && worker.processID != old }
    }

    /// Ends it; nothing that it started may be left.
    func stop() async throws {
        await workers.stopAll()
        #expect(try await eventually { !isAnythingLeft() })
    }

    /// Whether a process knows this app's directory. All of the sandbox's do, and so does what they start.
    private func isAnythingLeft() -> Bool {
        guard let processes = opendir("/proc") else { return true }
        defer { closedir(processes) }
        while let entry = readdir(processes) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard Int32(name) != nil, let environment = try? SmallFile.read("/proc/\(name)/environ", limit: 1 << 20)
            else {
                continue  // Not a process, ended meanwhile, or another user's.
            }
            if String(decoding: environment, as: UTF8.self).contains(directory.path) { return true }
        }
        return false
    }
}

/// A server at an address of this machine that is not loopback.
final class OutsideServer: Sendable {
    let host: String
    let port: Int
    private let process: ChildProcess

    /// `nil` where this machine has no such address.
    static func start() async throws -> OutsideServer? {
        let script = """
            const host = Object.values(require("node:os").networkInterfaces()).flat()
              .find((one) => !one.internal && one.family === "IPv4")?.address;
            if (!host) { console.log("none"); process.exit(); }
            const server = Bun.serve({ hostname: host, port: 0, websocket: { message(ws, m) { ws.send("echo " + m); } },
              fetch: async (request, self) => self.upgrade(request) ? undefined
                : new Response(request.method + " " + new URL(request.url).pathname + " " + await request.text()) });
            console.log(host + " " + server.port);
            """
        let transcript = Transcript()
        let process = try ChildProcess(
            ChildConfiguration(
                executable: try #require(TestBun.path), arguments: ["-e", script], environment: ["HOME": "/tmp"]),
            handlers: transcript.handlers)
        #expect(try await eventually { transcript.outputText.hasSuffix("\n") })
        let words = transcript.outputText.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2, let port = Int(words[1]) else { return nil }
        return OutsideServer(host: words[0], port: port, process: process)
    }

    private init(host: String, port: Int, process: ChildProcess) {
        self.host = host
        self.port = port
        self.process = process
    }

    deinit { process.signalGroup(SIGKILL) }
}
