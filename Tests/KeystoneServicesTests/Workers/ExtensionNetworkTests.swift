import Glibc
import KeystoneCore
import KeystoneServices
import KeystoneSupport
import Testing

/// What an extension reaches: what it declares and the app grants, and nothing else.
@Suite(.serialized, .enabled(if: SandboxSupport.isThere, "needs Bun, bubblewrap and user namespaces"))
struct ExtensionNetworkTests {
    private static func service(declares endpoints: [String]) -> String {
        """
        import { defineService } from "@keystone/sdk/service";
        import { connect } from "node:net";
        const { fetch: unguarded } = Bun;
        const ways = {
          fetch: (url) => fetch(url).then(async (r) => r.status + " " + await r.text()),
          post: (url) => fetch(url + "path?q", { method: "POST", body: "x".repeat(300_000) }).then(async (r) => r.status + " " + (await r.text()).length),
          bun: (url) => unguarded(url).then(async (r) => r.status + " " + await r.text()),
          webSocket: (url) => new Promise((done, fail) => {
            const socket = new WebSocket(url.replace("http", "ws"));
            socket.onopen = () => socket.send("hi");
            socket.onmessage = ({ data }) => { done(data); socket.close(); };
            socket.onerror = ({ message }) => fail(new Error(message));
          }),
          raw: (request) => new Promise((done, fail) => {
            const socket = connect({ path: process.env.KEYSTONE_EGRESS_SOCKET });
            let said = "";
            socket.on("connect", () => socket.write(request)).on("data", (bytes) => said += bytes).on("error", fail)
              .on("close", () => done(said)).on("end", () => socket.end());
          }),
        };
        export default defineService("tries").network({ endpoints: \(endpoints) })
          .query(([way, value]) => ways[way](value).catch((error) => `${error.code}: ${error.message}`)).build();
        """
    }

    @Test func letsThroughWhatIsDeclaredAndGranted() async throws {
        guard let server = try await OutsideServer.start() else { return }
        let endpoint = "\(server.host):\(server.port)"
        let harness = try await ExtensionHarness(Self.service(declares: [endpoint]), granted: [endpoint])
        let url = JSONValue.string("http://\(endpoint)/")
        #expect(try await harness.ask(["fetch", url]) == "200 GET / ")
        #expect(try await harness.ask(["post", url]) == "200 300011")
        #expect(try await harness.ask(["bun", url]) == "200 GET / ")
        #expect(try await harness.ask(["webSocket", url]) == "echo hi")
        // The port is part of what is granted.
        let other = try await harness.ask(["bun", .string("http://\(server.host):9/")]).string ?? ""
        #expect(other.contains("403") && other.contains("does not grant it"))
        try await harness.stop()
    }

    @Test func keepsBackWhatIsOnlyDeclaredOrOnlyGranted() async throws {
        guard let server = try await OutsideServer.start() else { return }
        let endpoint = "\(server.host):\(server.port)"
        let url = JSONValue.string("http://\(endpoint)/")
        let undeclared = try await ExtensionHarness(Self.service(declares: []), granted: [endpoint])
        #expect(try await undeclared.ask(["fetch", url]).string?.hasPrefix("FORBIDDEN") == true)
        let around = try await undeclared.ask(["bun", url]).string ?? ""
        #expect(around.contains("403") && around.contains(".network()"), "\(around)")
        try await undeclared.stop()
        let ungranted = try await ExtensionHarness(Self.service(declares: [endpoint]), granted: ["api.example.com"])
        #expect(try await ungranted.ask(["fetch", url]).string?.contains("does not grant it") == true)
        try await ungranted.stop()
        let nothing = try await ExtensionHarness(Self.service(declares: [endpoint]))
        #expect(try await nothing.ask(["fetch", url]).string?.hasPrefix("200") == false)
        try await nothing.stop()
    }

    @Test func neverLeadsToThisMachinesLoopback() async throws {
        let names = [
            "localhost", "127.0.0.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "169.254.169.254",
        ]
        let harness = try await ExtensionHarness(Self.service(declares: names), granted: names)
        for name in names {
            let answer = try await harness.ask(["raw", .string("CONNECT \(name):1 HTTP/1.1\r\n\r\n")]).string ?? ""
            #expect(answer.contains("502") && answer.contains("address of this machine"), "\(name): \(answer)")
        }
        try await harness.stop()
    }

    @Test func answersNonsenseWithAnErrorAndLivesOn() async throws {
        let harness = try await ExtensionHarness(Self.service(declares: ["a.example"]), granted: ["a.example"])
        let requests = [
            "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "CONNECT a.example HTTP/1.1\r\n\r\n",
            "CONNECT a.example:99999 HTTP/1.1\r\n\r\n", "CONNECT  a.example:80 HTTP/1.1\r\n\r\n", "\r\n\r\n",
            "GET http:// HTTP/1.1\r\n\r\n", "CONNECT a\u{0}.example:80 HTTP/1.1\r\n\r\n",
            "GET ftp://a.example/ HTTP/1.1\r\n\r\n",
        ]
        for request in requests {
            #expect(try await harness.ask(["raw", .string(request)]).string?.contains("400") == true, "\(request)")
        }
        // A head without an end is not waited for.
        let request = "GET http://a.example/ HTTP/1.1\r\n" + String(repeating: "X", count: 100_000)
        let unfinished = try await harness.ask(["raw", .string(request)]).string ?? ""
        #expect(unfinished.isEmpty || unfinished.hasPrefix("ECONNRESET") || unfinished.hasPrefix("EPIPE"))
        #expect(
            try await harness.ask(["raw", .string("CONNECT b.example:80 HTTP/1.1\r\n\r\n")]).string?.contains("403")
                == true)
        try await harness.stop()
    }
}
