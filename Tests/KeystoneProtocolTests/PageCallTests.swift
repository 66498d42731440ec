import KeystoneProtocol
import KeystoneSupport
import Testing

@Suite struct PageCallTests {
    @Test func takesTheHeaderApart() throws {
        #expect(
            try PageCall("7\nnotes:create\n{\"a\":\"x\\ny\"}")
                == .invoke(id: "7", channel: "notes:create", args: "{\"a\":\"x\\ny\"}"))
        #expect(try PageCall("7\nping\n") == .invoke(id: "7", channel: "ping", args: ""))
        #expect(try PageCall("7\n\n") == .cancel(id: "7"))
    }

    @Test(arguments: [
        "", "7", "7\n", "7\nping", "\nping\n1", "7\n\n1", String(repeating: "i", count: 65) + "\nping\n",
        "7\n" + String(repeating: "c", count: 257) + "\n1", "\0\u{feff}",
    ])
    func refusesAnythingElse(body: String) {
        #expect { try PageCall(body) } throws: { ($0 as? WireError)?.code == .badRequest }
    }

    @Test func longestChannelFits() throws {
        let channel = String(repeating: "c", count: 256)
        let id = String(repeating: "i", count: 64)
        #expect(try PageCall("\(id)\n\(channel)\n1") == .invoke(id: id[...], channel: channel[...], args: "1"))
    }

    @Test func readsArguments() throws {
        #expect(try PageCall.parseArgs("") == nil)
        #expect(try PageCall.parseArgs("null") == .null)
        #expect(try PageCall.parseArgs("[1]") == [1])
        #expect { try PageCall.parseArgs("{oops") } throws: { ($0 as? WireError)?.code == .badRequest }
    }
}
