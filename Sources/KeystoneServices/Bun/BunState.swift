package import KeystoneProtocol

/// How Bun fares.
package enum BunState: Sendable, Hashable {
    /// `attempt` counts restarts since the last stable run; 0 is the first start.
    case starting(attempt: Int)
    case running(BunReady)
    /// It ended unasked and starts again after the delay; `attempt` counts from 1.
    case backingOff(attempt: Int, delay: Duration, reason: String)
    /// It does not run and is not going to, until `restart()`. The message says why and what to do.
    case failed(String)
    case stopped
}

/// What the supervisor's owner hears, in order.
package enum BunEvent: Sendable, Hashable {
    case state(BunState)
    /// Bun ended unasked. The status is `nil` when it never started.
    case crashed(ExitStatus?)
    /// It is ready again after a crash.
    case restarted(attempt: Int)
    /// A message that is for the host: not answers and log lines, not `ready`.
    case message(BunToHost)
}

extension BunState {
    /// As pages hear it (host event `bun`); `nil` for what they need not hear.
    package var pageEvent: BunStateEvent? {
        switch self {
        case .starting(let attempt): attempt > 0 ? BunStateEvent(.restarting, attempt: attempt) : nil
        case .running(let ready): BunStateEvent(.ready, port: ready.port)
        case .backingOff(let attempt, let delay, let reason):
            BunStateEvent(
                .restarting, attempt: attempt, delayMilliseconds: delay.wholeMilliseconds, message: reason)
        case .failed(let message): BunStateEvent(.failed, message: message)
        case .stopped: nil
        }
    }
}

extension Duration {
    var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
