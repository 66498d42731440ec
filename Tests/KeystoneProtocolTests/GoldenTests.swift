import KeystoneProtocol
import KeystoneSupport
import Testing

@Suite struct GoldenTests {
    @Test(arguments: [
        "query", "invoke", "action", "push", "eval", "health", "shutdown", "relay_in", "relay_query",
        "relay_cancel", "relay_result", "relay_error", "worker_ports", "worker_ports.tokens",
    ])
    func hostToBunSurvivesARoundTrip(type: String) throws {
        let golden = try Golden.load("host-to-bun." + type)
        let message = try HostToBun(golden)
        if case .unknown = message { Issue.record("\(type) is unknown") }
        #expect(message.json == golden)
        #expect(try JSONValue.parse(message.line) == golden)
        #expect(message.line.last == 0x0a && message.line.filter { $0 == 0x0a }.count == 1)
    }

    @Test(arguments: [
        "ready", "result", "error", "service_push", "action_from_web", "action_from_service", "hmr", "components",
        "log", "relay", "relay_query", "relay_cancel", "ready.worker", "service_push.event", "network", "fatal",
    ])
    func bunToHostSurvivesARoundTrip(type: String) throws {
        let golden = try Golden.load("bun-to-host." + type)
        let message = try BunToHost(golden)
        if case .unknown = message { Issue.record("\(type) is unknown") }
        #expect(message.json == golden)
        #expect(BunLine(golden.serialized()) == .message(message))
    }

    @Test func bunToHostHasTheValues() throws {
        let ready = BunReady(
            protocolVersion: 1, port: 43117, services: ["notes", "paths"],
            components: [
                WebComponent(name: "app", url: "/web/app.js", css: "/web/app.css"),
                WebComponent(name: "settings", url: "/web/settings.js"),
            ],
            pid: 4711, version: "1.4.0")
        #expect(try BunToHost(Golden.load("bun-to-host.ready")) == .ready(ready))
        #expect(try BunToHost(Golden.load("bun-to-host.hmr")) == .hmr(component: "app", kind: .css))
        let error = try BunToHost(Golden.load("bun-to-host.error"))
        guard case .error(.string("e3"), let wire) = error else { throw ProtocolError("\(error)") }
        #expect(wire.name == "TypeError" && wire.code == .handlerFailed && wire.stack != nil)
    }

    @Test func pageToBunIsRead() throws {
        func read(_ type: String) throws -> PageToBun { try PageToBun(Golden.load("page-to-bun." + type)) }
        #expect(try read("subscribe") == .subscribe(channel: "prices:btc"))
        #expect(try read("unsubscribe") == .unsubscribe(channel: "prices:btc"))
        #expect(try read("publish") == .publish(channel: "chat", data: ["text": "Hello"]))
        #expect(
            try read("query")
                == .query(id: .number(1), service: "file-scanner", args: ["dir": "/tmp", "extensions": [".log"]]))
        #expect(try read("invoke") == .invoke(id: .number(2), channel: "notes:getAll", args: nil))
        #expect(try read("cancel") == .cancel(id: .number(2)))
        #expect(try read("builds") == .builds(["app": "9f2c-51ab", "settings": ""]))
        #expect(try read("action") == .action("myapp:refresh"))
        #expect(try read("send") == .send(name: "chat:send", data: ["text": "Hello", "room": "general"]))
    }

    @Test func bunToPageIsRead() throws {
        func read(_ type: String) throws -> BunToPage { try BunToPage(Golden.load("bun-to-page." + type)) }
        #expect(try read("hello") == .hello(protocolVersion: 1, session: "2f1c9b", development: true))
        #expect(try read("push") == .push(channel: "prices:btc", data: ["usd": 62000], replay: true))
        #expect(try read("result") == .result(id: .number(1), ["/tmp/a.log"]))
        #expect(
            try read("error")
                == .error(id: .number(2), WireError(.noHandler, "No handler for \"notes:getAll\"")))
        #expect(
            try read("__hmr__")
                == .hmr(
                    component: "app", kind: .js, url: "/web/app.js?t=9f2c", css: "/web/app.css?t=9f2c", hash: "9f2c"))
        guard case .hmrError("app", let errors) = try read("__hmr_error__") else { throw ProtocolError("no hmrError") }
        #expect(errors.first?.line == 12 && errors.first?.file == "web/app.ts" && errors.first?.column == 7)
    }

    @Test func pageSignalsAreRead() throws {
        func read(_ type: String) throws -> PageSignal {
            try PageSignal(body: Golden.load("page-to-host." + type).serializedString())
        }
        #expect(try read("ready") == .ready)
        #expect(try read("painted") == .painted)
        #expect(try read("mounted") == .mounted(slot: "app", component: "app"))
        #expect(
            try read("mountFailed")
                == .mountFailed(
                    slot: "app", component: "app", WireError(.handlerFailed, "root is null", name: "TypeError")))
        #expect(try read("unmounted") == .unmounted(slot: "app"))
        #expect(try read("swapped") == .swapped(slot: "app", component: "app", kind: .js, milliseconds: 12.5))
        #expect(try read("startDrag") == .startDrag)
        #expect(try read("titlebarDoubleClick") == .titlebarDoubleClick)
        #expect(try read("restart") == .restart)
        #expect(try read("retryPlugin") == .retryPlugin(name: "Clock"))
        #expect(
            try read("log")
                == .log(
                    level: .error, message: "Uncaught ReferenceError: x is not defined",
                    stack: "@http://127.0.0.1:43117/web/app.js:3:1"))
        #expect(try read("connection") == .connection(.open))
    }

    @Test func hostToPageIsWritten() throws {
        let bootstrap = PageBootstrap(
            windowID: "1", component: "app", version: "0.1.0",
            theme: [("bg-base", "#16181d"), ("font", "system-ui, sans-serif")], colorScheme: "dark",
            insets: PageInsets(top: 38, right: 120), development: true, bun: true,
            ticket: WindowTicket.make(windowID: "1", sessionToken: String(repeating: "0123456789abcdef", count: 4)))
        // Compared as what a page sees: JavaScript has one kind of number.
        let written = try JSONValue.parse(
            bootstrap.json.serializedString().replacing(".0,", with: ",").replacing(".0}", with: "}"))
        #expect(try written == Golden.load("host-to-page.bootstrap"))
        let event = BunStateEvent(
            .restarting, attempt: 2, delayMilliseconds: 1000, message: "Bun was killed by signal 9")
        #expect(try event.json == Golden.load("host-to-page.bun"))
    }
}
