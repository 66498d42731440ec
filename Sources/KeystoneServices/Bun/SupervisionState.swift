/// When Bun is restarted: `processRecovery` of the configuration, or a worker's own keys.
package struct RestartPolicy: Sendable, Hashable {
    package var autoRestart: Bool
    package var maximumRestarts: Int
    package var baseDelay: Duration
    package var maximumDelay: Duration
    /// How long one run must last, from `ready` on, to count as recovered: only then the restarts before it are
    /// forgotten. A run of some seconds is not enough, or a process that always crashes after its start would be
    /// restarted for ever.
    package var stableRun: Duration
    /// The configuration's key for `maximumRestarts`, for messages.
    package var limitKey: String

    package init(
        autoRestart: Bool = true, maximumRestarts: Int = 5, baseDelay: Duration = .milliseconds(500),
        maximumDelay: Duration = .seconds(30), stableRun: Duration = .seconds(60),
        limitKey: String = "bunMaxRestarts"
    ) {
        self.autoRestart = autoRestart
        self.maximumRestarts = maximumRestarts
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
        self.stableRun = stableRun
        self.limitKey = limitKey
    }

    /// The delay before a restart, counted from 1: doubles from the base, up to the maximum.
    package func delay(attempt: Int) -> Duration {
        var delay = baseDelay
        for _ in 1..<max(1, min(attempt, 64)) where delay < maximumDelay { delay *= 2 }
        return min(delay, maximumDelay)
    }
}

/// Counts runs and restarts and decides what follows the end of one. Pure: told the time, does nothing itself.
package struct SupervisionState: Sendable {
    package enum Decision: Sendable, Hashable {
        case restart(attempt: Int, delay: Duration)
        case giveUp(String)
    }

    package let policy: RestartPolicy
    /// Restarts since the last stable run.
    package private(set) var restarts = 0
    private var readySince: Duration?

    package init(policy: RestartPolicy) {
        self.policy = policy
    }

    package mutating func becameReady(at now: Duration) {
        readySince = now
    }

    /// A run is over, or could not start. `permanent`: starting it again would end the same way.
    package mutating func ended(at now: Duration, reason: String, permanent: Bool = false) -> Decision {
        if let since = readySince, now - since >= policy.stableRun { restarts = 0 }
        let wasEverReady = readySince != nil
        readySince = nil
        if permanent && !wasEverReady { return .giveUp(reason) }
        guard policy.autoRestart else { return .giveUp("\(reason); automatic restarts are off (bunAutoRestart)") }
        guard restarts < policy.maximumRestarts else {
            return .giveUp("\(reason); given up after \(restarts) restarts (\(policy.limitKey))")
        }
        restarts += 1
        return .restart(attempt: restarts, delay: policy.delay(attempt: restarts))
    }

    /// Somebody asked for a new start: nothing before it counts.
    package mutating func reset() {
        restarts = 0
        readySince = nil
    }
}
