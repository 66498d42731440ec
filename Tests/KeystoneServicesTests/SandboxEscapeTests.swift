import Glibc
import KeystoneServices
import KeystoneSupport
import Synchronization
import Testing

/// A worker's code, in its sandbox, tries to reach processes, the network and the kernel.
@Suite(.enabled(if: SandboxSupport.isThere, "needs Bun, bubblewrap and user namespaces"))
struct SandboxEscapeTests {
    @Test func connectsNowhere() async throws {
        let harness = try SandboxHarness()
        let listener = try ListeningSocket()
        let results = try await harness.attempts(
            """
            import { connect } from "node:net";
            const reach = (options) => () => new Promise((done, fail) => {
              const socket = connect(options, () => { socket.destroy(); done("connected"); });
              socket.on("error", fail);
            });
            await attempt("loopback", reach({ host: "127.0.0.1", port: \(listener.port) }));
            await attempt("address", reach({ host: "192.0.2.1", port: 80 }));
            await attempt("address6", reach({ host: "2001:db8::1", port: 80 }));
            await attempt("abstract", reach({ path: "\\0\(listener.abstractName)" }));
            await attempt("bus", reach({ path: "\(Self.busPath)" }));
            await attempt("system", reach({ path: "/run/dbus/system_bus_socket" }));
            await attempt("name", () => fetch("http://example.com/").then(() => "fetched"));
            """)
        for (name, result) in results { #expect(!result.hasPrefix("done"), "\(name): \(result)") }
        #expect(results.count == 7)
        #expect(!listener.wasReached)
    }

    @Test func seesAndSignalsNoOtherProcess() async throws {
        let harness = try SandboxHarness()
        let sleeper = try ChildProcess(
            ChildConfiguration(executable: "/bin/sleep", arguments: ["60"]),
            handlers: ChildHandlers(output: { _ in }, errorOutput: { _ in }, exited: { _ in }))
        let results = try await harness.attempts(
            """
            await attempt("host", () => process.kill(\(getpid()), "SIGKILL"));
            await attempt("other", () => process.kill(\(sleeper.pid), "SIGKILL"));
            await attempt("read", () => fs.readFileSync("/proc/\(getpid())/environ", "utf8"));
            await attempt("all", () => fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).length);
            await attempt("first", () => fs.readFileSync("/proc/1/comm", "utf8").trim());
            await attempt("group", () => { try { process.kill(-1, "SIGTERM"); } catch (error) { return error.code; } return "sent"; });
            """)
        #expect(results["host"] == "ESRCH" && results["other"] == "ESRCH", "\(results)")
        #expect(
            results["read"] == "ENOENT" && results["all"] == "done 2" && results["first"] == "done bwrap", "\(results)")
        #expect(sleeper.exitStatus == nil)
        sleeper.signalGroup(SIGKILL)
        _ = await sleeper.waitForExit()
    }

    @Test func findsTheKernelClosed() async throws {
        let harness = try SandboxHarness()
        let results = try await harness.attempts(
            """
            import { dlopen, FFIType as t, ptr } from "bun:ffi";
            const { symbols: c } = dlopen("libc.so.6", {
              syscall: { args: [t.i64, t.i64, t.i64, t.i64, t.i64], returns: t.i64 },
              __errno_location: { args: [], returns: t.ptr },
            });
            const { read } = await import("bun:ffi");
            const call = (...n) => () => {
              const result = Number(c.syscall(...[...n, 0, 0, 0, 0].slice(0, 5)));
              return result < 0 ? "errno " + read.i32(c.__errno_location(), 0) : "result " + result;
            };
            const terminal = ptr(new Uint8Array([65]));
            await attempt("ptrace", call(101, 16, 1));
            await attempt("unshare", call(272, 0x10000000));
            await attempt("newUser", call(56, 0x10000000 | 17));
            await attempt("fork", call(57));
            await attempt("vfork", call(58));
            await attempt("clone", call(56, 17));
            await attempt("clone3", call(435));
            await attempt("mount", call(165));
            await attempt("keyring", call(250));
            await attempt("memfd", call(319, Number(terminal)));
            await attempt("shm", call(29, 0, 4096, 0o1600));
            await attempt("tiocsti", call(16, 0, 0x5412, Number(terminal)));
            await attempt("vsock", call(41, 40, 1));
            await attempt("packet", call(41, 17, 3));
            await attempt("x32", call(0x40000000 + 39));
            await attempt("getpid", call(39));
            const status = fs.readFileSync("/proc/self/status", "utf8");
            await attempt("capabilities", () => /CapEff:\\s*(\\w+)/.exec(status)[1] + /CapBnd:\\s*(\\w+)/.exec(status)[1]);
            await attempt("privileges", () => /NoNewPrivs:\\s*(\\d)/.exec(status)[1] + /Seccomp:\\s*(\\d)/.exec(status)[1]);
            """)
        #if arch(x86_64)
            let expected = [
                "ptrace": 1, "unshare": 1, "newUser": 1, "fork": 1, "vfork": 1, "clone": 1, "clone3": 38, "mount": 1,
                "keyring": 1, "memfd": 38, "shm": 1, "tiocsti": 1, "vsock": 97, "packet": 97, "x32": 38,
            ]
            for (name, code) in expected { #expect(results[name] == "done errno \(code)", "\(name): \(results)") }
            #expect(results["getpid"]?.hasPrefix("done result") == true)
        #endif
        #expect(results["capabilities"] == "done " + String(repeating: "0", count: 32))
        #expect(results["privileges"] == "done 12")
    }

    @Test func startsNoProcessUnlessAllowed() async throws {
        let closed = try SandboxHarness()
        let script = """
            await attempt("spawn", async () => { const p = Bun.spawn(["/usr/bin/true"]); return await p.exited; });
            await attempt("shell", async () => (await Bun.$`echo hello`.quiet()).exitCode);
            await attempt("child", () => String((await0()).status));
            function await0() { const r = require("node:child_process").spawnSync("/usr/bin/true"); if (r.error) throw r.error; return r; }
            await attempt("thread", () => new Promise((done, fail) => {
              const worker = new Worker("data:text/javascript,postMessage(7)");
              worker.onmessage = ({ data }) => { done(data); worker.terminate(); };
              worker.onerror = ({ message }) => fail(message);
            }));
            """
        let refused = try await closed.attempts(script)
        #expect(refused["spawn"] == "EPERM" && refused["child"] == "EPERM", "\(refused)")
        #expect(refused["thread"] == "done 7", "\(refused)")
        let open = try SandboxHarness(limits: ProcessLimits(childProcesses: 2))
        let allowed = try await open.attempts(script)
        #expect(allowed["spawn"] == "done 0" && allowed["child"] == "done 0", "\(allowed)")
    }

    private static var busPath: String {
        let address = ProcessEnvironment.current["DBUS_SESSION_BUS_ADDRESS"] ?? ""
        let path = address.split(separator: ",").first?.split(separator: "=").last.map(String.init)
        return path ?? "/run/user/0/bus"
    }
}

/// A TCP socket on loopback and an abstract Unix socket, both of this process. Nobody should come.
private final class ListeningSocket {
    private let tcp: OwnedDescriptor
    private let unix: OwnedDescriptor
    private(set) var port: UInt16 = 0
    let abstractName = "keystone-test-\(RandomToken.hex(bytes: 4))"

    init() throws {
        tcp = OwnedDescriptor(try systemCall("socket") { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) })
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = tcp.number
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try systemCall("bind") { bind(descriptor, address, size) }
                try systemCall("listen") { listen(descriptor, 4) }
                try systemCall("getsockname") { getsockname(descriptor, address, &size) }
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        unix = OwnedDescriptor(try systemCall("socket") { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) })
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = [UInt8(0)] + Array(abstractName.utf8)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        let unixDescriptor = unix.number
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        try withUnsafePointer(to: &name) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try systemCall("bind") { bind(unixDescriptor, address, length) }
                try systemCall("listen") { listen(unixDescriptor, 4) }
            }
        }
        try tcp.setNonBlocking()
        try unix.setNonBlocking()
    }

    var wasReached: Bool { accept(tcp.number, nil, nil) >= 0 || accept(unix.number, nil, nil) >= 0 }
}
