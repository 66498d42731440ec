import KeystoneServices
import Testing

@Suite struct SupervisionStateTests {
    @Test func delaysDoubleUpToTheMaximum() {
        let policy = RestartPolicy(baseDelay: .milliseconds(500), maximumDelay: .seconds(3))
        #expect(
            (1...5).map { policy.delay(attempt: $0) } == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(3), .seconds(3),
            ])
        #expect(policy.delay(attempt: Int.max) == .seconds(3))
        #expect(RestartPolicy(baseDelay: .zero).delay(attempt: 9) == .zero)
    }

    @Test func aLoopOfShortRunsReachesTheLimit() {
        var state = SupervisionState(policy: RestartPolicy(maximumRestarts: 5))
        var now = Duration.zero
        var decisions: [SupervisionState.Decision] = []
        for _ in 0..<6 {
            state.becameReady(at: now)
            now += .seconds(20)
            decisions.append(state.ended(at: now, reason: "Bun exited"))
            now += .seconds(30)
        }
        #expect(
            decisions.prefix(5).enumerated().allSatisfy { index, decision in
                if case .restart(let attempt, _) = decision { attempt == index + 1 } else { false }
            })
        #expect(decisions.last == .giveUp("Bun exited; given up after 5 restarts (bunMaxRestarts)"))
    }

    @Test func aStableRunForgetsWhatWasBefore() {
        var state = SupervisionState(policy: RestartPolicy(maximumRestarts: 2))
        for _ in 0..<2 { _ = state.ended(at: .zero, reason: "x") }
        state.becameReady(at: .seconds(10))
        #expect(state.ended(at: .seconds(70), reason: "x") == .restart(attempt: 1, delay: .milliseconds(500)))
    }

    @Test func timeBeforeReadyIsNoStableRun() {
        var state = SupervisionState(policy: RestartPolicy(maximumRestarts: 1))
        _ = state.ended(at: .seconds(100), reason: "x")
        guard case .giveUp = state.ended(at: .seconds(500), reason: "x") else {
            Issue.record("restarted beyond the limit")
            return
        }
    }

    @Test func noRestartWhereNoneIsWantedOrUseful() {
        var off = SupervisionState(policy: RestartPolicy(autoRestart: false))
        #expect(off.ended(at: .zero, reason: "x") == .giveUp("x; automatic restarts are off (bunAutoRestart)"))
        var never = SupervisionState(policy: RestartPolicy(maximumRestarts: 0))
        #expect(never.ended(at: .zero, reason: "x") == .giveUp("x; given up after 0 restarts (bunMaxRestarts)"))
        var missing = SupervisionState(policy: RestartPolicy())
        #expect(missing.ended(at: .zero, reason: "no bun", permanent: true) == .giveUp("no bun"))
    }
}
