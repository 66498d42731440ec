import Glibc
import KeystoneCore
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Testing

@Suite(.serialized, .enabled(if: TestBun.path != nil, "no Bun on this machine"))
struct RelayTests {
    private typealias H = WorkerHarness

    private func relay(_ target: String, _ channel: String, _ data: JSONValue) -> JSONValue {
        ["type": "relay", "target": .string(target), "channel": .string(channel), "data": data]
    }

    private func code(_ answer: JSONValue) -> String? { answer["error"]?["code"]?.string }

    @Test(arguments: [("a", "b"), ("a", "main"), ("main", "a"), ("a", "a")])
    func messagesArriveInOrderWithTheirSender(from: String, to: String) async throws {
        let app = try H([H.worker("a"), H.worker("b")])
        try await app.start()
        _ = try await app.query(from, "say", .array((1...500).map { relay(to, "task:start", ["job": JSONValue($0)]) }))
        #expect(try await eventually { try await app.heard("relay_in", by: to).count == 500 })
        let heard = try await app.heard("relay_in", by: to)
        #expect(heard.map { $0["data"]?["job"]?.int } == (1...500).map { $0 })
        #expect(heard.allSatisfy { $0["from"]?.string == from && $0["channel"] == "task:start" })
        await app.stop()
    }

    @Test func theHostSendsAndMessagesWaitForAWorkerThatStarts() async throws {
        let app = try H([H.worker("a"), H.worker("off") { $0.autoStart = false }])
        for number in 1...3 { try app.workers.route(from: "main", to: "a", channel: "c", data: JSONValue(number)) }
        try app.workers["a"]?.push("p", 4)
        #expect { try app.workers.route(from: "main", to: "b", channel: "c", data: 1) } throws: {
            "\($0)".contains("There is no worker \"b\"")
        }
        #expect { try app.workers.route(from: "main", to: "off", channel: "c", data: 1) } throws: {
            ($0 as? WireError)?.code == .unavailable
        }
        #expect {
            for number in 1...2_000 {
                try app.workers.route(from: "main", to: "a", channel: "d", data: JSONValue(number))
            }
        } throws: {
            "\($0)".contains("messages wait for it")
        }
        try await app.start()
        let heard = try await app.query("a", "heard").array ?? []
        let said = heard.filter { $0["channel"] != "d" && $0["type"] != "worker_ports" }
        #expect(said.map { $0["data"]?.int } == [1, 2, 3, 4])
        #expect(heard.count { $0["channel"] == "d" } == 996)
        await app.stop()
    }

    @Test(arguments: [("a", "b"), ("a", "main"), ("main", "a")])
    func questionsAreAnsweredBothWays(asker: String, target: String) async throws {
        let app = try H([H.worker("a"), H.worker("b")])
        try await app.start()
        #expect(
            try await app.ask(asker, of: target, "echo", args: ["x": [1, "ü"]])
                == ["ok": ["args": ["x": [1, "ü"]], "from": .string(asker)]])
        let failure = try await app.ask(asker, of: target, "fail")
        #expect(failure["error"] == ["name": "RangeError", "message": "no", "code": "MINE"])
        let missing = try await app.ask(asker, of: "maim", "echo")
        #expect(code(missing) == "UNAVAILABLE")
        #expect(missing["error"]?["message"] == "There is no worker \"maim\"; did you mean \"main\"?")
        await app.stop()
    }

    @Test func questionsTimeOutAndTheTargetIsTold() async throws {
        let app = try H([H.worker("a"), H.worker("b")])
        try await app.start()
        // It runs: a question that times out in the queue is one that the target never heard of.
        _ = try await app.query("b", "pid")
        #expect(code(try await app.ask("a", of: "b", "hang", timeoutMs: 50)) == "TIMEOUT")
        #expect(try await eventually { try await app.heard("relay_cancel", by: "b").count == 1 })
        await app.stop()
    }

    @Test func aWithdrawnQuestionIsNotAnsweredAndTheTargetIsTold() async throws {
        let app = try H([H.worker("a"), H.worker("b")])
        try await app.start()
        _ = try await app.query("b", "pid")
        let question: JSONValue = ["type": "relay_query", "id": 5, "target": "b", "service": "hang"]
        _ = try await app.query("a", "say", [question, ["type": "relay_cancel", "id": 5]])
        #expect(try await eventually { try await app.heard("relay_cancel", by: "b").count == 1 })
        let asked = try await app.heard("hung", by: "b").count
        #expect(asked == 1)
        // The id is free again.
        #expect(try await app.ask("a", of: "b", "echo", id: 5)["ok"] != nil)
        await app.stop()
    }

    @Test func questionsToAProcessThatDiesOrStopsRejectAtOnce() async throws {
        let app = try H([H.worker("a"), H.worker("b") { $0.maxRestarts = 0 }])
        try await app.start()
        for end in ["crash", "stop"] {
            try await app.workers.start("b")
            async let open = app.ask("a", of: "b", "hang", id: 1)
            async let other = app.ask("main", of: "b", "hang", id: 2)
            #expect(try await eventually { try await app.heard("hung", by: "b").count == 2 })
            if end == "crash" { app.workers["b"]?.processID.map { _ = kill($0, SIGKILL) } }
            if end == "stop" { try await app.workers.stop("b") }
            let answers = try await [open, other]
            #expect(answers.map(code) == ["UNAVAILABLE", "UNAVAILABLE"])
            // It is not going to come back.
            #expect(try await eventually { try await code(app.ask("a", of: "b", "echo")) == "UNAVAILABLE" })
        }
        await app.stop()
    }

    @Test func questionsOfARunAreForgottenWithIt() async throws {
        let app = try H([H.worker("a"), H.worker("b")])
        try await app.start()
        let question: JSONValue = ["type": "relay_query", "id": 1, "target": "b", "service": "hang"]
        _ = try await app.query("a", "say", [question])
        #expect(try await eventually { try await app.heard("hung", by: "b").count == 1 })
        await #expect(throws: WireError.self) { try await app.query("a", "exit", 1) }
        #expect(try await eventually { try await app.heard("relay_cancel", by: "b").count == 1 })
        // The next run of the asker may use the same id.
        #expect(try await app.ask("a", of: "b", "echo", id: 1)["ok"] != nil)
        await app.stop()
    }

    @Test func questionsWaitForAWorkerThatStartsAgain() async throws {
        let app = try H([H.worker("a"), H.worker("b") { $0.baseBackoffMs = 300 }])
        try await app.start()
        await #expect(throws: WireError.self) { try await app.query("b", "exit", 1) }
        #expect(try await app.ask("a", of: "b", "echo", timeoutMs: 20_000)["ok"] != nil)
        await app.stop()
    }

    @Test func pushesOfWorkersGoToMainBunAndTheHost() async throws {
        let app = try H([H.worker("a")])
        let said = Collected<WorkerSaying>()
        app.workers.notices.onSaying { said.add($0) }
        try await app.start()
        _ = try await app.query(
            "a", "say",
            [
                ["type": "service_push", "channel": "ticks", "data": 1],
                ["type": "service_push", "channel": "ticks", "data": 2, "retain": false],
                ["type": "action_from_service", "action": "app:refresh", "service": "s"],
                ["type": "action_from_web", "action": "app:quit"], ["type": "hmr", "component": "app", "kind": "js"],
                ["type": "components", "components": []],
                ["type": "network", "endpoints": ["a.example"]],
            ])
        #expect(try await eventually { try await app.heard("push", by: "main").count == 2 })
        let pushes = try await app.heard("push", by: "main")
        #expect(pushes[0] == ["type": "push", "channel": "ticks", "data": 1])
        #expect(pushes[1] == ["type": "push", "channel": "ticks", "data": 2, "retain": false])
        let expected: [WorkerSaying] = [
            .push(channel: "ticks", data: 1, retain: nil), .push(channel: "ticks", data: 2, retain: false),
            .action("app:refresh", service: "s", worker: "a"), .network(["a.example"], worker: "a"),
        ]
        #expect(try await eventually { said.values == expected })
        await app.stop()
    }

    @Test func portsAreToldWheneverTheyChange() async throws {
        let app = try H([
            H.worker("open") { $0.browserAccess = true }, H.worker("shut"),
            H.worker("ext") {
                $0.isExtensionHost = true
                $0.sandbox = false
            },
        ])
        func ports(_ process: String) async throws -> [String] {
            try await app.heard("worker_ports", by: process).last?["data"]?.object?.map(\.key) ?? ["?"]
        }
        try await app.start()
        for process in ["main", "shut", "open"] {
            #expect(try await eventually { try await ports(process) == ["open"] })
        }
        let told = try #require(try await app.heard("worker_ports", by: "main").last)
        #expect(told["data"]?["open"]?.int == app.workers["open"]?.port)
        let token = try await app.query("open", "environment")["KEYSTONE_WORKER_TOKEN"]
        #expect(told["tokens"]?["open"] == token)

        try app.workers.spawn(H.worker("more") { $0.browserAccess = true })
        #expect(try await eventually { try await ports("shut") == ["more", "open"] })
        try await app.workers.stop("more")
        #expect(try await eventually { try await ports("shut") == ["open"] })
        // A new run has a new token, and a main Bun that starts later knows it before it asks.
        await #expect(throws: WireError.self) { try await app.query("open", "exit", 1) }
        let renewed = try await app.query("open", "environment")["KEYSTONE_WORKER_TOKEN"]
        #expect(renewed != token)
        let isTold = try await eventually {
            try await app.heard("worker_ports", by: "main").last?["tokens"]?["open"] == renewed
        }
        #expect(isTold)
        try await app.replace("main")
        #expect(try await ports("main") == ["open"])
        #expect(try await ports("ext") == [])
        await app.stop()
    }

    @Test func anExtensionHostSpeaksUnderItsPrefixesAlone() async throws {
        let app = try H([
            H.worker("ext") {
                $0.isExtensionHost = true
                $0.sandbox = false
                $0.allowedChannels = ["ext:"]
            },
            H.worker("mute") {
                $0.isExtensionHost = true
                $0.sandbox = false
            },
        ])
        let said = Collected<WorkerSaying>()
        app.workers.notices.onSaying { said.add($0) }
        try await app.start()
        for process in ["ext", "mute"] {
            _ = try await app.query(
                process, "say",
                [
                    ["type": "service_push", "channel": "window:1:title", "data": 1],
                    ["type": "service_push", "channel": "ext:news", "data": 2],
                    relay("main", "notes:delete", 3), relay("main", "ext:hello", 4),
                    ["type": "action_from_service", "action": "app:quit", "service": "s"],
                    ["type": "action_from_service", "action": "ext:done", "service": "s"],
                ])
            #expect(code(try await app.ask(process, of: "main", "echo")) == "FORBIDDEN")
        }
        #expect(try await app.ask("main", of: "ext", "echo")["ok"] != nil)
        let heard = try await app.query("main", "heard").array?.filter { $0["type"] != "worker_ports" } ?? []
        #expect(heard.map { $0["channel"]?.string } == ["ext:news", "ext:hello"])
        let expected: [WorkerSaying] = [
            .push(channel: "ext:news", data: 2, retain: nil), .action("ext:done", service: "s", worker: "ext"),
        ]
        #expect(try await eventually { said.values == expected })
        // Actions of the app reach it under its prefixes alone, too.
        app.workers.deliver("notes:save", source: .menu)
        app.workers.deliver("ext:refresh", source: .menu)
        #expect(try await app.heard("action", by: "ext").map { $0["action"] } == ["ext:refresh"])
        #expect(try await app.heard("action", by: "mute").isEmpty)
        await app.stop()
    }
}
