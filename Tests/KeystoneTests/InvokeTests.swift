import KeystoneCore
import KeystoneProtocol
import KeystoneSupport
import Testing

@testable import Keystone

@MainActor
private final class RecordedReply: PageReply {
    var outcome: Result<String, ScriptError>?
    private var waiting: CheckedContinuation<Void, Never>?

    func resolve(_ value: String) { settle(.success(value)) }
    func reject(_ message: String) { settle(.failure(ScriptError(message: message))) }

    private func settle(_ outcome: Result<String, ScriptError>) {
        #expect(self.outcome == nil, "answered twice")
        self.outcome = outcome
        waiting?.resume()
        waiting = nil
    }

    func settled() async {
        guard outcome == nil else { return }
        await withCheckedContinuation { waiting = $0 }
    }

    var value: String? { try? outcome?.get() }

    var error: WireError? {
        guard case .failure(let failure) = outcome else { return nil }
        return try? WireError(JSONValue.parse(failure.message))
    }
}

@MainActor
@Suite struct InvokeTests {
    private let router = InvokeRouter()

    private func dispatcher(window: String = "1", component: String = "app") -> InvokeDispatcher {
        InvokeDispatcher(router: router, windowID: window, component: component)
    }

    private func call(_ body: String, _ dispatcher: InvokeDispatcher) async -> RecordedReply {
        let reply = RecordedReply()
        dispatcher.receive(PageMessage(body: body), reply: reply)
        await reply.settled()
        return reply
    }

    @Test func `The window's handler comes before its component's and the app's`() async {
        router.handle("who", .main { _ in .json("app") })
        router.handle("who", scope: .component("side"), .main { _ in .json("component") })
        router.handle("who", scope: .window("7"), .main { _ in .json("window") })
        #expect(await call("1\nwho\n", dispatcher()).value == "\"app\"")
        #expect(await call("1\nwho\n", dispatcher(component: "side")).value == "\"component\"")
        #expect(await call("1\nwho\n", dispatcher(window: "7", component: "side")).value == "\"window\"")
        router.removeHandlers(of: .window("7"))
        #expect(await call("1\nwho\n", dispatcher(window: "7", component: "side")).value == "\"component\"")
    }

    @Test func `A channel that nobody handles names the nearest`() async {
        router.handle("notes:list", .main { _ in .none })
        let error = await call("1\nnotes:lits\n", dispatcher()).error
        #expect(error?.code == .noHandler)
        #expect(error?.message.contains("notes:list") == true)
    }

    @Test func `Arguments reach the handler, bad ones are refused`() async {
        router.handle("echo", .main { .json(try $0.arguments()) })
        #expect(await call("1\necho\n{\"a\":[1,\"ü\"]}", dispatcher()).value == "{\"a\":[1,\"ü\"]}")
        #expect(await call("1\necho\n", dispatcher()).value == "null")
        #expect(await call("1\necho\n{", dispatcher()).error?.code == .badRequest)
        #expect(await call("no call", dispatcher()).error?.code == .badRequest)
    }

    @Test func `A handler's errors keep their code`() async {
        router.handle(
            "fail",
            .concurrent { _ in
                throw WireError("LUCK", "no luck")
            })
        let error = await call("1\nfail\n", dispatcher()).error
        #expect(error?.code == "LUCK")
        #expect(error?.message == "no luck")
    }

    @Test func `A cancelled call's task is cancelled`() async {
        router.handle(
            "wait",
            .concurrent { _ in
                try await Task.sleep(for: .seconds(600))
                return .none
            })
        let dispatcher = dispatcher()
        let reply = RecordedReply()
        dispatcher.receive(PageMessage(body: "a\nwait\n"), reply: reply)
        #expect(await call("a\n\n", dispatcher).value == "")
        await reply.settled()
        #expect(reply.error?.code == .aborted)
        #expect(dispatcher.openCalls == 0)
    }

    @Test func `When the page is gone all its calls end, and a new page may use the same ids`() async {
        router.handle(
            "wait",
            .concurrent { _ in
                try await Task.sleep(for: .seconds(600))
                return .none
            })
        router.handle("quick", .concurrent { _ in .json(1) })
        let dispatcher = dispatcher()
        let replies = (1...50).map { _ in RecordedReply() }
        for (id, reply) in replies.enumerated() {
            dispatcher.receive(PageMessage(body: "\(id)\nwait\n"), reply: reply)
        }
        dispatcher.cancelAll()
        #expect(await call("0\nquick\n", dispatcher).value == "1")
        for reply in replies { await reply.settled() }
        #expect(dispatcher.openCalls == 0)
    }

    @Test(arguments: [
        "keystone://invoke/", "keystone://other/a?id=1", "keystone://invoke/a", "keystone://invoke/%zz?id=1",
    ])
    func `A malformed binary call is refused`(uri: String) {
        #expect(BinaryInvoke.parse(uri) == nil)
    }

    @Test func `A binary call's channel is decoded`() throws {
        let call = try #require(BinaryInvoke.parse("keystone://invoke/files%3Aread%2Fall?id=12"))
        #expect(call.channel == "files:read/all")
        #expect(call.id == "12")
    }
}
