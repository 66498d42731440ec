import Glibc
import KeystoneCore
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Synchronization
import Testing

/// An app's processes without the app: main Bun and workers, which all run one script that does what it is asked.
final class WorkerHarness: Sendable {
    let directory: TemporaryDirectory
    let workers: WorkerManager
    let main: BunSupervisor

    /// For what has to happen, on a machine that is busy with other things.
    static let patience = Duration.seconds(60)

    /// Answers `query` by the name of the service.
    private static let script = TestBun.script(
        """
        globalThis.heard ??= [];
        globalThis.waiting ??= new Map();
        const service = m.service;
        const answer = (result) => send({type: "result", id: m.id, result: result ?? null});
        if (m.type === "relay_result" || m.type === "relay_error") {
          const id = waiting.get(m.id);
          waiting.delete(m.id);
          send({type: "result", id, result: m.type === "relay_result" ? {ok: m.result ?? null} : {error: m.error}});
        } else if (m.type === "query" || m.type === "relay_query") {
          if (service === "echo") answer({args: m.args ?? null, from: m.from ?? null});
          else if (service === "heard") answer(heard);
          else if (service === "environment") answer(process.env);
          else if (service === "pid") answer(process.pid);
          else if (service === "fail") send({type: "error", id: m.id, error: {name: "RangeError", message: "no", code: "MINE"}});
          else if (service === "say") { for (const each of m.args) send(each); answer(); }
          else if (service === "ask") { waiting.set(m.args.id, m.id); send({type: "relay_query", ...m.args}); }
          else if (service === "exit") process.exit(m.args);
          else if (service === "spin") for (;;) {}
          else if (service === "hang") heard.push({type: "hung"});
        } else heard.push(m);
        """,
        port: #"process.env.KEYSTONE_BROWSER_ACCESS === "true" ? 40000 + process.pid % 20000 : 0"#
    ).replacing("version: Bun.version", with: "version: Bun.version, worker: process.env.KEYSTONE_WORKER_NAME")

    init(_ configured: [WorkerConfig] = [], timing: WorkerTiming = WorkerTiming(), script: String? = nil) throws {
        directory = try TemporaryDirectory()
        let root = directory.path + "/bun"
        try makeDirectories(root + "/workers/any")
        let file = directory.path + "/worker.ts"
        try SmallFile.replace(file, with: Array((script ?? Self.script).utf8))
        let bun = try #require(TestBun.path)
        var environment = BunEnvironment(
            appRoot: root, appID: "com.example.test", appName: "Test", sessionToken: String(repeating: "5", count: 64),
            mode: .development, engine: TestBun.engine)
        environment.networkMode = "allowlist"
        environment.networkEndpoints = ["a.example", "*.b.example"]
        var inherited = ProcessEnvironment.current
        inherited["KEYSTONE_SESSION_TOKEN"] = "inherited"
        var launcher = WorkerLauncher(environment: environment, inherited: inherited, appRoot: directory.path) { bun }
        launcher.script = file
        let workers = WorkerManager(configured: configured, launcher: launcher, timing: timing)
        self.workers = workers
        main = BunSupervisor(
            options: BunSupervisorOptions(policy: RestartPolicy(baseDelay: .milliseconds(10))), port: nil,
            receiver: { workers.mainReceiver($0) }
        ) { [environment, inherited] port in
            BunLaunch(
                executable: bun, arguments: [file], directory: root,
                environment: environment.variables(inherited: inherited, port: port))
        }
        workers.attach(main: main.connection)
    }

    /// Starts main Bun, and with it the workers that start by themselves.
    func start() async throws {
        await main.start()
        // Any answer says that it is ready.
        _ = try await main.connection.query("pid", timeout: Self.patience)
        workers.mainIsReady()
    }

    func stop() async {
        await workers.stopAll()
        await main.stop()
    }

    static func worker(_ name: String, _ change: (inout WorkerConfig) -> Void = { _ in }) -> WorkerConfig {
        var config = WorkerConfig()
        config.name = name
        config.servicesDir = "workers/any"
        config.baseBackoffMs = 10
        change(&config)
        return config
    }

    /// What a process has heard that is of this type.
    func heard(_ type: String, by worker: String) async throws -> [JSONValue] {
        try await query(worker, "heard").array?.filter { $0["type"]?.string == type } ?? []
    }

    func query(_ process: String, _ service: String, _ args: JSONValue? = nil) async throws -> JSONValue {
        if process == Relay.main { return try await main.connection.query(service, args: args, timeout: Self.patience) }
        return try await #require(workers[process]).query(service, args: args, timeout: Self.patience)
    }

    /// Kills a process and returns when its successor answers.
    func replace(_ process: String) async throws {
        let old = try #require(try await query(process, "pid").int)
        kill(Int32(old), SIGKILL)
        let isReplaced = try await eventually {
            do {
                return try await query(process, "pid").int != old
            } catch let error as WireError where error.code == .unavailable {
                return false  // The dying one was asked.
            }
        }
        #expect(isReplaced)
    }

    /// What a process gets when it asks a service of another.
    func ask(
        _ asker: String, of target: String, _ service: String, args: JSONValue = .null, timeoutMs: Int? = nil,
        id: Int = 1
    ) async throws -> JSONValue {
        var question: JSONObject = ["id": JSONValue(id), "target": .string(target), "service": .string(service)]
        question["args"] = args
        question["timeoutMs"] = JSONValue(timeoutMs ?? 60_000)
        return try await query(asker, "ask", .object(question))
    }
}

/// Values that handlers collect.
final class Collected<Value: Sendable>: Sendable {
    private let list = Mutex<[Value]>([])
    var values: [Value] { list.withLock { $0 } }
    func add(_ value: Value) { list.withLock { $0.append(value) } }
}
