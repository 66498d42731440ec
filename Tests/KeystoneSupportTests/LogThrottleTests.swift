import Synchronization
import Testing

@testable import KeystoneSupport

private final class HandClock: TimeSource {
    private let seconds = Mutex(0.0)
    func now() -> Duration { .seconds(seconds.withLock { $0 }) }
    func sleep(for duration: Duration) async throws {}
    func advance(_ by: Double) { seconds.withLock { $0 += by } }
}

@Suite struct LogThrottleTests {
    @Test func aBurstGoesThroughThenSoManyASecond() {
        let clock = HandClock()
        var throttle = LogThrottle(time: clock)
        let admitted = (0..<1000).count { _ in throttle.admit() != nil }
        #expect(admitted == LogThrottle.burst)
        clock.advance(1)
        let later = (0..<1000).compactMap { _ in throttle.admit() }
        #expect(later.count == Int(LogThrottle.linesASecond))
        #expect(later.first == 1000 - LogThrottle.burst)
    }

    @Test func aLongRestGivesTheBurstBackAndNoMore() {
        let clock = HandClock()
        var throttle = LogThrottle(time: clock)
        for _ in 0..<5000 { _ = throttle.admit() }
        clock.advance(1_000_000)
        #expect((0..<5000).count { _ in throttle.admit() != nil } == LogThrottle.burst)
    }
}
