import KeystoneProtocol
import KeystoneSupport
import Testing

@Suite struct MessageTests {
    @Test(arguments: ["hello", "{not json", "42", "[]", "{}", "{\"a\":1}", "{\"type\":7}", "", "\u{1b}[31mred"])
    func anythingThatIsNoMessageIsOutput(line: String) {
        #expect(BunLine(Array(line.utf8)) == .output(line))
    }

    @Test func unknownTypesAreNamed() {
        #expect(BunLine(Array("{\"type\":\"later\",\"x\":1}".utf8)) == .message(.unknown(type: "later")))
    }

    @Test(arguments: [
        (
            "{\"type\":\"hmr\",\"component\":\"a\",\"kind\":\"wasm\"}",
            "\"kind\" of \"hmr\" must be one of \"js\", \"css\""
        ),
        ("{\"type\":\"result\"}", "\"id\" of \"result\" must be a string or an integer"),
        ("{\"type\":\"result\",\"id\":1.5}", "\"id\" of \"result\" must be a string or an integer"),
        ("{\"type\":\"fatal\",\"message\":{}}", "\"message\" of \"fatal\" must be a string"),
        (
            "{\"type\":\"ready\",\"protocol\":1,\"port\":99999,\"services\":[],\"components\":[],\"pid\":1,\"version\":\"\"}",
            "\"port\" of \"ready\" must be a port"
        ),
        (
            "{\"type\":\"relay_query\",\"id\":1,\"target\":\"w\",\"service\":\"s\",\"timeoutMs\":\"soon\"}",
            "\"timeoutMs\" of \"relay_query\" must be a number"
        ),
        ("{\"type\":\"relay_query\",\"id\":1,\"service\":\"s\"}", "\"target\" of \"relay_query\" must be a string"),
        (
            "{\"type\":\"service_push\",\"channel\":\"c\",\"retain\":\"no\"}",
            "\"retain\" of \"service_push\" must be true or false"
        ),
    ])
    func wrongFieldsAreNamed(line: String, reason: String) throws {
        guard case .malformed(_, let found) = BunLine(Array(line.utf8)) else {
            throw ProtocolError("taken as right: \(line)")
        }
        #expect(found == reason)
    }

    @Test func unknownFieldsAreIgnored() throws {
        #expect(try HostToBun(["type": "health", "id": "a", "new": [1]]) == .health(id: .string("a")))
    }

    @Test(arguments: ["window:1", "menu", "service:notes", "host"])
    func actionSourcesSurvive(text: String) {
        #expect(ActionSource(text)?.text == text)
    }

    @Test func garbageSignalsAreErrors() {
        for body in ["", "x", "[]", "{\"type\":\"mounted\"}", String(repeating: "[", count: 100_000)] {
            #expect(throws: ProtocolError.self) { try PageSignal(body: body) }
        }
        let huge = "{\"type\":\"ready\",\"x\":\"" + String(repeating: "x", count: PageSignal.maximumBytes) + "\"}"
        #expect(throws: ProtocolError.self) { try PageSignal(body: huge) }
    }

    @Test func anythingCanBeAnError() {
        #expect(WireError("boom").message == "boom")
        #expect(WireError(nil).code == .handlerFailed)
        #expect(WireError(["code": "E_MINE", "message": "m"]) == WireError("E_MINE", "m"))
    }

    @Test func literalsCannotEndTheScript() {
        let text = "</script><!-- \u{2028}\u{2029} \" \\ \n"
        let literal = JSLiteral.string(text)
        #expect(!literal.contains("<") && !literal.contains("\u{2028}") && !literal.contains("\u{2029}"))
        #expect(throws: Never.self) { try #expect(JSONValue.parse(literal).string == text) }
    }

    @Test func functionsAreCalledWithTheirArguments() {
        let add = PageFunction.addSlot(
            key: "a\"b", url: "/web/a.js", x: 0, y: 1.5, width: nil, height: nil, windowID: "1", css: "/web/a.css")
        #expect(
            add.script
                == "window.__addSlot?.(\"a\\\"b\",\"/web/a.js\",0.0,1.5,null,null,\"1\",{\"css\":\"/web/a.css\"});")
        #expect(PageFunction.removeSlot(key: "a").script == "window.__removeSlot?.(\"a\");")
        #expect(
            PageFunction.setTheme(tokens: [("accent", "#fff")], colorScheme: "dark").script
                == "window.__setTheme?.({\"accent\":\"#fff\"},\"dark\");")
    }
}
