/// When each call of a benchmark came in.
///
/// A page's clock is too coarse to time one call (WebKit rounds it to a millisecond). A page that waits for each answer
/// before it asks again makes the time between two arrivals one whole round trip, on the host's exact clock.
public struct ArrivalTimes: Sendable {
    private var times: [UInt64] = []

    public init() {
        times.reserveCapacity(32_768)
    }

    public mutating func record() {
        times.append(monotonicNanoseconds())
    }

    /// Nanoseconds from each arrival to the next; forgets them.
    public mutating func takeIntervals() -> [UInt64] {
        defer { times.removeAll(keepingCapacity: true) }
        return zip(times, times.dropFirst()).map { $1 - $0 }
    }
}
