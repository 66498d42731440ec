/// Monotonic time and waiting, injected so that tests decide how time passes.
package protocol TimeSource: Sendable {
    /// Time since some fixed moment; never goes back.
    func now() -> Duration
    /// Waits; throws `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's monotonic clock.
package struct SystemTime: TimeSource {
    private static let origin = ContinuousClock.now

    package init() {}

    package func now() -> Duration { SystemTime.origin.duration(to: .now) }
    package func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
