import KeystoneProtocol
import KeystoneSupport
import TestSupport
import Testing

/// Messages that somebody changed are read or refused; what was read is a message that can be written and read again.
@Suite struct MessageFuzzTests {
    private static let goldens = [
        "bun-to-host.action_from_service", "bun-to-host.action_from_web", "bun-to-host.components",
        "bun-to-host.error", "bun-to-host.fatal", "bun-to-host.hmr", "bun-to-host.log", "bun-to-host.ready",
        "bun-to-host.relay", "bun-to-host.result", "bun-to-host.service_push", "host-to-bun.action",
        "host-to-bun.eval", "host-to-bun.invoke", "host-to-bun.push", "host-to-bun.query", "host-to-bun.relay_in",
        "host-to-bun.worker_ports", "page-to-bun.invoke", "page-to-bun.publish", "page-to-bun.query",
        "page-to-bun.send", "bun-to-page.hello", "bun-to-page.push", "bun-to-page.__hmr_error__",
        "page-to-host.log", "page-to-host.mountFailed", "page-to-host.swapped", "page-to-host.connection",
    ]

    /// Each reader takes whatever comes; no message is of one conversation alone.
    private func check(_ value: JSONValue, _ comment: Comment) {
        expectRoundTrip(value, BunToHost.init, \.json, comment)
        expectRoundTrip(value, HostToBun.init, \.json, comment)
        _ = try? PageToBun(value)
        _ = try? BunToPage(value)
        _ = try? PageSignal(value)
        _ = WireError(value)
    }

    private func expectRoundTrip<Message: Hashable>(
        _ value: JSONValue, _ read: (JSONValue) throws -> Message, _ write: (Message) -> JSONValue, _ comment: Comment
    ) {
        guard let message = try? read(value) else { return }
        #expect((try? read(write(message))) == message, comment)
        #expect((try? JSONValue.parse(write(message).serialized()))?.object != nil, comment)
    }

    @Test(arguments: goldens)
    func changedMessages(name: String) throws {
        let golden = try Golden.load(name)
        for seed in 0..<60 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var value = golden
            for _ in 0..<generator.number(1...4) { value = generator.mutated(value) }
            check(value, "seed \(seed)")
        }
    }

    @Test(arguments: goldens)
    func damagedLines(name: String) throws {
        let golden = try Golden.load(name)
        for seed in 0..<60 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var bytes = golden.serialized()
            generator.damage(&bytes)
            switch BunLine(bytes) {
            case .message(let message):
                guard case .unknown = message else {
                    #expect(BunLine(message.json.serialized()) == .message(message), "seed \(seed)")
                    continue
                }
            case .malformed(_, let reason): #expect(!reason.isEmpty)
            case .output(let text): #expect(text.utf8.count >= bytes.count)
            }
            _ = try? PageSignal(body: String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Depth and size are bounded before they cost anything.
    @Test func hostileShapes() {
        for open in ["[", #"{"type":"log","message":"#, #"{"a":["#] {
            let text = String(repeating: open, count: 200_000)
            guard case .output = BunLine(text.utf8) else { Issue.record("\(open) was read"); continue }
            #expect(throws: ProtocolError.self) { try PageSignal(body: text) }
        }
        let numbers = ["1e999", "-1e999", "9223372036854775808", "1e400000000", "0.1e-99999", "-0"]
        for number in numbers {
            _ = BunLine(#"{"type":"result","id":\#(number),"result":\#(number)}"#.utf8)
            _ = BunLine(#"{"type":"ready","protocol":\#(number),"port":\#(number),"pid":\#(number)}"#.utf8)
            _ = try? PageSignal(body: #"{"type":"swapped","slot":"","component":"","kind":"js","ms":\#(number)}"#)
        }
    }

    @Test(arguments: 0..<50)
    func anyCall(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let parts = (0..<generator.number(0...4)).map { _ in
                generator.chance(0.1)
                    ? String(repeating: "é", count: generator.number(0...200)) : generator.text()
            }
            let body = parts.joined(separator: "\n")
            switch try? PageCall(body) {
            case .invoke(let id, let channel, let args):
                #expect("\(id)\n\(channel)\n\(args)" == body, "seed \(seed)")
                #expect(!id.isEmpty && id.utf8.count <= PageCall.maximumID, "seed \(seed)")
                #expect(!channel.isEmpty && channel.utf8.count <= PageCall.maximumChannel, "seed \(seed)")
                _ = try? PageCall.parseArgs(args)
            case .cancel(let id): #expect("\(id)\n\n" == body, "seed \(seed)")
            case nil: break
            }
        }
    }
}
