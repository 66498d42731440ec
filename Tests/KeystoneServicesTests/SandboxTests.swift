import Glibc
import KeystoneServices
import KeystoneSupport
import Testing

/// A worker's code, in its sandbox, tries to get out.
@Suite(.enabled(if: SandboxSupport.isThere, "needs Bun, bubblewrap and user namespaces"))
struct SandboxTests {
    @Test func seesItsOwnCodeAndWritesItsOwnDataAlone() async throws {
        let harness = try SandboxHarness()
        let results = try await harness.attempts(
            """
            await attempt("import", async () => (await import("\(harness.root)/lib/shared.ts")).shared);
            await attempt("write", () => { fs.writeFileSync("\(harness.data)/note", "kept"); return "written"; });
            await attempt("tmp", () => { fs.writeFileSync("/tmp/x", "y"); return "written"; });
            await attempt("code", () => fs.writeFileSync("\(harness.root)/extensions/script.ts", "x"));
            await attempt("root", () => fs.writeFileSync("/x", "x"));
            await attempt("usr", () => fs.writeFileSync("/usr/x", "x"));
            await attempt("dev", () => fs.writeFileSync("/dev/x", "x"));
            await attempt("beside", () => fs.writeFileSync("\(harness.data)/../beside", "x"));
            await attempt("engine", () => fs.writeFileSync("\(TestBun.engine)/bun/x", "x"));
            // The value that it has: a sandbox that lets this pass does no harm.
            const setting = "/proc/sys/kernel/printk_ratelimit";
            const value = fs.readFileSync(setting, "utf8");
            await attempt("sysctl", () => fs.writeFileSync(setting, value));
            await attempt("own", () => process.env.MINE + process.env.KEYSTONE_WORKER_NAME);
            """)
        #expect(results["import"] == "done 42")
        #expect(results["write"] == "done written" && results["tmp"] == "done written")
        for place in ["code", "root", "usr", "dev", "engine", "sysctl"] {
            #expect(
                ["EROFS", "EACCES", "EPERM", "ENOENT"].contains(results[place] ?? "missing"), "\(place): \(results)")
        }
        // The app of this test lies in /tmp, where the sandbox has a file system of its own.
        #expect(results["beside"] != nil && access(harness.data + "/../beside", F_OK) != 0)
        #expect(results["own"] == "done mineext")
        #expect(try SmallFile.read(harness.data + "/note", limit: 10) == Array("kept".utf8))
    }

    @Test func doesNotStartWithoutBubblewrap() async throws {
        await #expect {
            try await Bubblewrap.find(for: "ext", in: ["/nowhere/bwrap"])
        } throws: { error in
            let error = error as? BunError
            return error?.isPermanent == true && error?.message.contains("apt install bubblewrap") == true
                && error?.message.contains("The worker \"ext\"") == true
        }
    }

    /// In a sandbox that forbids further ones bubblewrap itself can make none.
    @Test func saysHowToAllowNamespacesWhereTheyAreRefused() async throws {
        let directory = try TemporaryDirectory()
        let refused = directory.path + "/bwrap"
        let script =
            "#!/bin/sh\nexec /usr/bin/bwrap --unshare-user --disable-userns --dev-bind / / -- /usr/bin/bwrap \"$@\"\n"
        try SmallFile.replace(refused, with: Array(script.utf8))
        try systemCall("chmod") { chmod(refused, 0o755) }
        await #expect {
            try await Bubblewrap.find(for: "ext", in: [refused])
        } throws: { error in
            let message = (error as? BunError)?.message ?? ""
            return message.contains("kernel.unprivileged_userns_clone") && message.contains("bwrap:")
        }
    }

    @Test func hidesAnAppThatIsInstalledAmongTheSystemsFiles() async throws {
        let app = "/usr/share/keystone-test-app"
        let harness = try SandboxHarness()
        var configuration = harness.configuration
        (configuration.appRoot, configuration.bunRoot) = (app, app + "/bun")
        configuration.servicesDirectory = app + "/bun/extensions"
        let sandbox = WorkerSandbox(configuration)
        let launch = BunLaunch(executable: "/usr/bin/bun", arguments: [], directory: app + "/bun", environment: [:])
        let words = try await sandbox.wrap(launch).arguments
        let hiding = try #require(words.firstIndex(of: app))
        let showing = try #require(words.firstIndex(of: app + "/bun/extensions"))
        #expect(words[hiding - 1] == "--tmpfs" && hiding < showing)
        #expect(words.lastIndex(of: app).map { words[$0 - 1] } == "--remount-ro")
    }

    @Test func refusesADirectoryThatHoldsTheAppItself() async throws {
        let harness = try SandboxHarness()
        var configuration = harness.configuration
        configuration.servicesDirectory = harness.root + "/extensions/.."
        let sandbox = WorkerSandbox(configuration)
        await #expect {
            try await sandbox.wrap(BunLaunch(executable: "/bin/true", arguments: [], directory: "/", environment: [:]))
        } throws: { error in
            (error as? BunError)?.message.contains("Give it a directory of its own") == true
        }
    }

    /// The whole suite once more, where it runs as root: by somebody who is nobody.
    @Test(.enabled(if: Nobody.canRunTests, "needs root, setpriv and files that everybody may read"))
    func holdsForOrdinaryUsers() async throws {
        let result = try await Nobody.runTests("SandboxTests|SandboxEscapeTests")
        // What a test run says goes to standard error.
        let output = String(decoding: result.output + result.errorOutput, as: UTF8.self)
        #expect(result.status.isSuccess, "\(output)")
        #expect(output.contains("readsNoSecrets() passed") && output.contains("findsTheKernelClosed() passed"))
    }

    @Test func readsNoSecrets() async throws {
        let harness = try SandboxHarness()
        let home = ProcessEnvironment.current["HOME"] ?? "/root"
        let results = try await harness.attempts(
            """
            const read = (path) => () => fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path, "utf8");
            await attempt("ssh", read("\(home)/.ssh"));
            await attempt("home", read("\(home)"));
            await attempt("config", read("\(harness.root)/../keystone.json"));
            await attempt("bunConfig", read("\(harness.root)/keystone.config.ts"));
            await attempt("database", read("\(harness.root)/data/services.db"));
            await attempt("services", read("\(harness.root)/services/private.ts"));
            await attempt("passwords", read("/etc/shadow"));
            await attempt("run", read("/run"));
            await attempt("sys", read("/sys"));
            await attempt("others", read("\(harness.data)/.."));
            await attempt("environment", () => JSON.stringify(process.env));
            await attempt("initial", () => fs.readFileSync("/proc/1/environ", "utf8"));
            """)
        for name in ["ssh", "home", "config", "bunConfig", "database", "services", "passwords", "run", "sys"] {
            #expect(results[name] == "ENOENT", "\(name): \(results[name] ?? "missing")")
        }
        #expect(results["others"] == #"done ["ext"]"#)
        for name in ["environment", "initial"] {
            let value = try #require(results[name])
            #expect(
                !value.contains(SandboxHarness.secret) && !value.contains("DBUS_SESSION") && !value.contains(home + "/")
            )
        }
    }
}
