/// Keeps a source that never stops complaining from filling the log: a burst goes through, then so many lines a second;
/// what was left out is counted and told. A value for one source; its owner guards it.
package struct LogThrottle: Sendable {
    package static let burst = 200
    package static let linesASecond = 20.0

    private let time: any TimeSource
    private var allowance = Double(LogThrottle.burst)
    private var last: Duration?
    private var leftOut = 0

    package init(time: any TimeSource = SystemTime()) {
        self.time = time
    }

    /// Logs the line, or leaves it out.
    package mutating func log(_ level: LogLevel, _ message: @autoclosure () -> String, to logger: Logger) {
        guard let omitted = admit() else { return }
        if omitted > 0 { logger.warning("\(omitted) lines were left out: too many at once") }
        logger.log(level, message())
    }

    /// How many lines were left out before this one; `nil` when this one is, too.
    mutating func admit() -> Int? {
        let now = time.now()
        if let last {
            let seconds = (now - last) / .seconds(1)
            allowance = min(Double(Self.burst), allowance + seconds * Self.linesASecond)
        }
        last = now
        guard allowance >= 1 else {
            leftOut += 1
            return nil
        }
        allowance -= 1
        defer { leftOut = 0 }
        return leftOut
    }
}
