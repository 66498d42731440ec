import Glibc
import KeystoneCore
import KeystoneProtocol
import KeystoneSupport
import Synchronization
import Testing

@testable import Keystone

/// Calls as the fast path makes them: from any thread.
@Suite struct OpenCallsTests {
    private let router = InvokeRouter()
    private let dispatcher: InvokeDispatcher

    init() {
        dispatcher = InvokeDispatcher(router: router, windowID: "1", component: "app")
    }

    private typealias Outcome = Result<InvokeReply, WireError>

    private func call(_ id: String, _ channel: String, _ calls: OpenCalls) async -> Outcome {
        await withCheckedContinuation { continuation in
            // A second answer would trap.
            calls.run(InvokeCall(id: id, channel: channel, payload: .json("null"))) {
                continuation.resume(returning: $0)
            }
        }
    }

    private func code(_ outcome: Outcome) -> WireError.Code? {
        guard case .failure(let error) = outcome else { return nil }
        return error.code
    }

    private func handleWaiting() {
        router.handle(
            "wait",
            .concurrent { _ in
                try await Task.sleep(for: .seconds(600))
                return .none
            })
    }

    @Test func `A call that was cancelled before it came is not run`() async {
        let ran = Mutex(0)
        router.handle(
            "count",
            .concurrent { _ in
                ran.withLock { $0 += 1 }
                return .none
            })
        let calls = dispatcher.pageCalls
        calls.cancel(id: "7")
        #expect(code(await call("7", "count", calls)) == .aborted)
        #expect(ran.withLock { $0 } == 0)
        // Once: the next call is another one.
        #expect(code(await call("8", "count", calls)) == nil)
        // One that had ended already, and many more of them.
        for id in 0..<10_000 { calls.cancel(id: "old\(id)") }
        #expect(code(await call("9", "count", calls)) == nil)
        #expect(code(await call("old9999", "count", calls)) == .aborted)
        #expect(ran.withLock { $0 } == 2)
        #expect(dispatcher.openCalls == 0)
    }

    @Test func `Handlers run where they were registered for`() async throws {
        router.handle(
            "main",
            .main { _ in
                MainActor.assertIsolated()
                return .jsonText("1")
            })
        router.handle("any", .concurrent { _ in .jsonText("2") })
        let calls = dispatcher.makeSource { _ in }
        for (id, channel) in [("1", "main"), ("2", "any")] {
            guard case .jsonText(let text) = try await call(id, channel, calls).get() else {
                return #expect(Bool(false))
            }
            #expect(text == id)
        }
        #expect(code(await call("3", "nobody", calls)) == .noHandler)
        #expect(dispatcher.openCalls == 0)
    }

    @MainActor
    @Test func `Calls of handlers on the main actor keep their order, and answers of a burst come together`() async {
        let seen = Mutex<[String]>([])
        let bursts = Mutex<[Bool]>([])
        router.handle(
            "main",
            .main { request in
                guard case .json(let text) = request.payload else { return .none }
                seen.withLock { $0.append(String(text)) }
                return .none
            })
        let calls = dispatcher.makeSource { begin in bursts.withLock { $0.append(begin) } }
        // The main actor is busy here: the calls pile up.
        await withTaskGroup { group in
            for id in 0..<1000 {
                let (stream, answered) = AsyncStream.makeStream(of: Void.self)
                calls.run(InvokeCall(id: "\(id)", channel: "main", payload: .json("\(id)"))) { _ in answered.finish() }
                group.addTask { for await _ in stream {} }
            }
        }
        #expect(seen.withLock { $0 } == (0..<1000).map(String.init))
        let changes = bursts.withLock { $0 }
        #expect(changes.count == 16, "128 of 1000 at a time")
        #expect(changes.enumerated().allSatisfy { $0.element == $0.offset.isMultiple(of: 2) })
    }

    @MainActor
    @Test func `A call that waits for the main actor can be cancelled`() async {
        let ran = Mutex(false)
        router.handle(
            "main",
            .main { _ in
                ran.withLock { $0 = true }
                return .none
            })
        let calls = dispatcher.makeSource { _ in }
        let outcome = await withCheckedContinuation { continuation in
            calls.run(InvokeCall(id: "1", channel: "main", payload: .json(""))) { continuation.resume(returning: $0) }
            calls.cancel(id: "1")
        }
        #expect(code(outcome) == .aborted)
        #expect(!ran.withLock { $0 })
        #expect(dispatcher.openCalls == 0)
    }

    @Test func `Closing one source ends its calls alone, and it takes no more`() async {
        handleWaiting()
        let (first, second) = (dispatcher.makeSource { _ in }, dispatcher.makeSource { _ in })
        async let ended = call("1", "wait", first)
        async let other = call("1", "wait", second)
        while dispatcher.openCalls < 2 { await Task.yield() }
        first.close()
        #expect(code(await ended) == .aborted)
        #expect(dispatcher.openCalls == 1)
        #expect(code(await call("2", "wait", first)) == .unavailable)
        second.cancel(id: "1")
        #expect(code(await other) == .aborted)
        #expect(dispatcher.openCalls == 0)
    }

    @Test func `A call may begin on the thread that read it, and be cancelled there or later`() async {
        handleWaiting()
        router.handle("quick", .concurrent { _ in .jsonText("\(pthread_self())") })
        let calls = dispatcher.makeSource { _ in }
        let here = pthread_self()
        let quick = Mutex<String?>(nil)
        calls.run(InvokeCall(id: "1", channel: "quick", payload: .json("")), here: true) { result in
            if case .success(.jsonText(let thread)) = result { quick.withLock { $0 = thread } }
        }
        #expect(quick.withLock { $0 } == "\(here)")
        let outcome = await withCheckedContinuation { continuation in
            calls.run(InvokeCall(id: "2", channel: "wait", payload: .json("")), here: true) {
                continuation.resume(returning: $0)
            }
            #expect(dispatcher.openCalls == 1)
            calls.cancel(id: "2")
        }
        #expect(code(outcome) == .aborted)
        router.handle(
            "cancelsItself",
            .concurrent { _ in
                calls.cancel(id: "3")
                try await Task.sleep(for: .seconds(600))
                return .none
            })
        let third = await withCheckedContinuation { continuation in
            calls.run(InvokeCall(id: "3", channel: "cancelsItself", payload: .json("")), here: true) {
                continuation.resume(returning: $0)
            }
        }
        #expect(code(third) == .aborted)
        #expect(dispatcher.openCalls == 0)
    }

    @Test func `An id in use is refused, and its first call goes on`() async {
        handleWaiting()
        let calls = dispatcher.makeSource { _ in }
        async let first = call("1", "wait", calls)
        while dispatcher.openCalls < 1 { await Task.yield() }
        #expect(code(await call("1", "wait", calls)) == .badRequest)
        #expect(dispatcher.openCalls == 1)
        calls.close()
        #expect(code(await first) == .aborted)
    }

    @Test func `A window's calls are bounded in number and in bytes, over all sources`() throws {
        let budget = CallBudget()
        try budget.take(bytes: CallBudget.maximumBytes + 1)
        #expect { try budget.take(bytes: 1) } throws: { ($0 as? WireError)?.code == .unavailable }
        budget.giveBack(bytes: CallBudget.maximumBytes + 1)
        for _ in 0..<CallBudget.maximumCalls { try budget.take(bytes: 1) }
        #expect { try budget.take(bytes: 0) } throws: { ($0 as? WireError)?.code == .unavailable }
        budget.giveBack(calls: CallBudget.maximumCalls, bytes: CallBudget.maximumCalls)
        #expect(budget.calls == 0)
    }

    @MainActor
    @Test func `A handler's bytes answer a script message as text`() async throws {
        router.handle("bytes", .main { _ in .bytes([1, 2, 255]) })
        let reply = TextReply()
        dispatcher.receive(PageMessage(body: "1\nbytes\n"), reply: reply)
        #expect(reply.text == "base64:AQL/")
    }
}

@MainActor
private final class TextReply: PageReply {
    var text: String?
    func resolve(_ value: String) { text = value }
    func reject(_ message: String) {}
}
