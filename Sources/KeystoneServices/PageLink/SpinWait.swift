internal import Glibc
internal import KeystoneSupport

/// Waits for descriptors; where the next event is likely to come within microseconds, without going to sleep.
///
/// A page that calls one thing after the other asks again as soon as it has its answer. To wake a sleeping thread takes
/// about as long as that. The next wait is guessed to be like the last one, so that a wrong guess is seldom and costs
/// little; where others want the processor, nobody spins.
struct SpinWait {
    /// As long as a round trip may take: from a call's start on the main thread to the page's next one.
    private static let limit = Duration.microseconds(200)
    /// A round of the loop that takes longer than this was not alone on its processor.
    private static let busyRound = Duration.microseconds(30)
    private static let rest = Duration.milliseconds(50)

    private let time = SystemTime()
    private var isQuick = false
    private var restsUntil = Duration.zero

    /// As `poll` without a time limit.
    mutating func poll(_ descriptors: inout [pollfd]) -> Int32 {
        let start = time.now()
        if isQuick, start >= restsUntil, let count = spin(&descriptors, from: start) { return count }
        let count = Glibc.poll(&descriptors, nfds_t(descriptors.count), -1)
        isQuick = time.now() - start < Self.limit
        return count
    }

    /// `nil` where nothing came in time.
    private mutating func spin(_ descriptors: inout [pollfd], from start: Duration) -> Int32? {
        var last = start
        while last - start < Self.limit {
            let count = Glibc.poll(&descriptors, nfds_t(descriptors.count), 0)
            if count != 0 { return count }
            sched_yield()
            let now = time.now()
            if now - last > Self.busyRound {
                restsUntil = now + Self.rest
                return nil
            }
            last = now
        }
        return nil
    }
}
