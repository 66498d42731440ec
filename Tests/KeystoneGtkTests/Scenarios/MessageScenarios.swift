import KeystoneCore

@testable import KeystoneGtk

extension Scenarios {
    static func answersCalls(_ stage: Stage) async throws {
        let view = try stage.headlessView()
        _ = TestPages(stage.environment, ["/a": "hello"])
        var dropped = 0
        var kept: [any PageReply] = []
        view.onInvoke = { message, reply in
            switch message.body {
            case "drop": dropped += 1
            case "keep": kept.append(reply)
            case "fail": reply.reject("no: " + message.body)
            default:
                reply.resolve("echo " + message.body)
                reply.reject("too late")
                reply.resolve("too late")
            }
        }
        let events = try await TestPages.load("/a", in: view, stage)
        let ask = "const ask = (m) => window.webkit.messageHandlers.keystone.postMessage(m);"
        stage.expectEqual(try await view.evaluate(ask + "return ask('ä\\n1')"), #""echo ä\n1""#)
        stage.expectEqual(try await view.evaluate(ask + "return ask('fail').catch(e => e.message)"), #""no: fail""#)
        let answer = try await view.evaluate(ask + "return ask('drop').catch(e => JSON.parse(e.message).code)")
        stage.expectEqual(answer, #""UNAVAILABLE""#)
        stage.expectEqual(dropped, 1)
        view.run("window.webkit.messageHandlers.keystoneHost.postMessage('ready')")
        try await stage.until("the signal") { events.signals == ["ready"] }
        view.run("window.webkit.messageHandlers.keystone.postMessage('keep')")
        try await stage.until("the call") { kept.count == 1 }
        _ = try await TestPages.load("/a", in: view, stage)  // the page that asked is gone
        kept.first?.resolve("late")
        stage.expectEqual(try await view.evaluate("return 1"), "1")
    }

    static func refusesBadMessages(_ stage: Stage) async throws {
        let view = try stage.headlessView()
        _ = TestPages(stage.environment, ["/a": "hello"])
        var received: [Int] = []
        view.onInvoke = { message, reply in
            received.append(message.body.utf8.count)
            reply.resolve("")
        }
        let events = try await TestPages.load("/a", in: view, stage)
        let code = """
            const code = async (m) => {
              try { return await window.webkit.messageHandlers.keystone.postMessage(m) }
              catch (e) { return JSON.parse(e.message).code }
            };
            """
        for garbage in ["42", "{}", "null", "undefined", "[]", "new Uint8Array(9)"] {
            stage.expectEqual(try await view.evaluate(code + "return code(\(garbage))"), #""BAD_REQUEST""#)
            view.run("window.webkit.messageHandlers.keystoneHost.postMessage(\(garbage))")
        }
        let mebi = 1024 * 1024
        stage.expectEqual(
            try await view.evaluate(code + "return code('x'.repeat(129 * 1024 * 1024))"), #""TOO_LARGE""#)
        stage.expectEqual(received, [])
        stage.expectEqual(try await view.evaluate(code + "return code('x'.repeat(100 * 1024 * 1024))"), #""""#)
        stage.expectEqual(received, [100 * mebi])
        stage.expectEqual(events.signals, [])
    }

    static func servesSchemes(_ stage: Stage) async throws {
        let view = try stage.headlessView()
        let pages = TestPages(stage.environment, ["/a": "hello"], maximumBody: 1024 * 1024)
        _ = try await TestPages.load("/a", in: view, stage)
        let echo = """
            const post = async (size, type) => {
              const body = new Uint8Array(size).map((_, i) => i);
              const r = await fetch('test://pages/echo', {method: 'POST', body, headers: {'Content-Type': type}});
              const back = new Uint8Array(await r.arrayBuffer());
              return [r.status, back.length === size && back.every((b, i) => b === (i & 255))];
            };
            """
        stage.expectEqual(
            try await view.evaluate(echo + "return post(1024 * 1024, 'application/octet-stream')"), "[200,true]")
        let before = pages.requests.count
        stage.expectEqual(
            try await view.evaluate(echo + "return post(1024 * 1024 + 1, 'application/octet-stream')"), "[413,false]")
        stage.expectEqual(pages.requests.count, before)
        stage.expectEqual(pages.requests.last?.webViewID, view.id)
        stage.expectEqual(pages.requests.last?.method, "POST")
        stage.note("headers: \(pages.requests.last?.headers ?? [:])")
    }
}
