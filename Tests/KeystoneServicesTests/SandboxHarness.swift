import Glibc
import KeystoneServices
import KeystoneSupport
import Testing

/// An app with a sandboxed worker: what is secret in it, and scripts that run as the worker's code would.
final class SandboxHarness: Sendable {
    static let secret = "the-secret-of-the-app"

    let directory: TemporaryDirectory
    let sandbox: WorkerSandbox
    let configuration: WorkerSandboxConfiguration

    var root: String { directory.path + "/app/bun" }
    var data: String { directory.path + "/data/workers/ext" }

    init(limits: ProcessLimits = ProcessLimits(), granted: [String] = []) throws {
        directory = try TemporaryDirectory()
        let app = directory.path + "/app"
        for path in ["bun/extensions", "bun/services", "bun/data", "bun/lib"] { try makeDirectories("\(app)/\(path)") }
        try makeDirectories(directory.path + "/data/workers")
        for file in ["keystone.json", "bun/services/private.ts", "bun/data/services.db", "bun/keystone.config.ts"] {
            try SmallFile.replace("\(app)/\(file)", with: Array(Self.secret.utf8))
        }
        try SmallFile.replace("\(app)/bun/lib/shared.ts", with: Array("export const shared = 42;".utf8))
        configuration = WorkerSandboxConfiguration(
            workerName: "ext", engine: TestBun.engine, appRoot: app, bunRoot: app + "/bun",
            servicesDirectory: app + "/bun/extensions", dataDirectory: directory.path + "/data/workers/ext",
            grantedEndpoints: granted, ownVariables: ["MINE"], limits: limits)
        sandbox = WorkerSandbox(configuration)
    }

    /// The launch of a script, in the sandbox.
    func launch(_ script: String, environment: [String: String] = [:]) async throws -> BunLaunch {
        let file = root + "/extensions/script.ts"
        try SmallFile.replace(file, with: Array(script.utf8))
        var variables = ProcessEnvironment.current
        variables["KEYSTONE_SESSION_TOKEN"] = Self.secret
        variables["KEYSTONE_PATHS"] = #"{"home": "\#(Self.secret)"}"#
        variables["MINE"] = "mine"
        variables["KEYSTONE_WORKER_NAME"] = "ext"
        variables.merge(environment) { $1 }
        let launch = BunLaunch(
            executable: try #require(TestBun.path), arguments: [file], directory: root, environment: variables)
        return try await sandbox.wrap(launch)
    }

    /// Runs a script to its end; what it printed.
    func run(_ script: String, environment: [String: String] = [:], timeout: Duration = .seconds(30)) async throws
        -> ChildResult
    {
        let launch = try await launch(script, environment: environment)
        let configuration = ChildConfiguration(
            executable: launch.executable, arguments: launch.arguments, environment: launch.environment,
            directory: launch.directory)
        return try await ChildProcess.run(configuration, timeout: timeout)
    }

    /// What a script prints for each attempt: `NAME=RESULT`, where the result is an error's code or `done …`.
    func attempts(_ body: String, environment: [String: String] = [:]) async throws -> [String: String] {
        let result = try await run(Self.prelude + body, environment: environment)
        let output = String(decoding: result.output, as: UTF8.self)
        #expect(
            result.status.isSuccess, "\(result.status): \(output)\(String(decoding: result.errorOutput, as: UTF8.self))"
        )
        var results: [String: String] = [:]
        for line in output.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            results[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        return results
    }

    private static let prelude = """
        import * as fs from "node:fs";
        async function attempt(name, body) {
          let said;
          try { const value = await body(); said = "done " + (typeof value === "string" ? value : JSON.stringify(value)); }
          catch (error) { said = error?.code ?? String(error); }
          console.log(`${name}=${String(said).replaceAll("\\n", " ").slice(0, 300)}`);
        }

        """
}

/// Why there is no sandbox here; `nil` when there is one.
enum SandboxSupport {
    static let isThere: Bool = {
        guard TestBun.path != nil, access("/usr/bin/bwrap", X_OK) == 0 else { return false }
        return runs(["/usr/bin/bwrap", "--unshare-user", "--unshare-net", "--ro-bind", "/", "/", "/usr/bin/true"])
    }()

    private static func runs(_ words: [String]) -> Bool {
        var pid: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        guard posix_spawn(&pid, words[0], nil, nil, &arguments, nil) == 0 else { return false }
        var status: Int32 = 0
        return waitpid(pid, &status, 0) == pid && status == 0
    }
}
