import Testing

@testable import Keystone

@MainActor
@Suite struct ScriptRunTests {
    private struct Broken: Error {}

    @Test func `What comes before the first wait has been done when the script is started`() async throws {
        var done = ["nothing"]
        let (stream, gate) = AsyncStream<Void>.makeStream()
        let run = try ScriptRun {
            done.append("before")
            for await _ in stream { break }
            done.append("after")
        } onFailure: { _ in
            Issue.record("it failed")
        }
        #expect(done == ["nothing", "before"])
        gate.yield()
        await run.wait()
        #expect(done == ["nothing", "before", "after"])
    }

    @Test func `A throw before the first wait fails the start, and nothing else is told`() {
        #expect(throws: Broken.self) {
            _ = try ScriptRun {
                throw Broken()
            } onFailure: { _ in
                Issue.record("told twice")
            }
        }
    }

    @Test func `A later one is told`() async throws {
        var told: [String] = []
        let run = try ScriptRun {
            await Task.yield()
            throw Broken()
        } onFailure: {
            told.append("\($0)")
        }
        await run.wait()
        #expect(told == ["Broken()"])
    }

    @Test func `The end cancels it and waits until it is over`() async throws {
        var isOver = false
        let run = try ScriptRun {
            do {
                try await Task.sleep(for: .seconds(600))
            } catch {
                await Task.yield()
                isOver = true
                throw error
            }
        } onFailure: { _ in
            Issue.record("a cancelled script has not failed")
        }
        await run.end()
        #expect(isOver)
    }

    @Test func `Nothing of it stays when it is over`() async throws {
        weak var run: ScriptRun?
        do {
            let kept = try ScriptRun {
                try await Task.sleep(for: .seconds(600))
            } onFailure: { _ in
            }
            run = kept
            await kept.end()
        }
        #expect(run == nil)
    }
}
