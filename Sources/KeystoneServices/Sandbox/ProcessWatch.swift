internal import KeystoneSupport

/// Looks at a process and its descendants again and again, and says when they use more than they may.
///
/// The kernel's own limits don't do: a limit of address space is nothing to JavaScript engines, which reserve gigabytes; a
/// limit of processes counts all of a user's and none of root's; control groups are not everybody's to make.
enum ProcessWatch {
    /// A worker that allocates at full speed gets some hundred megabytes further between two looks.
    static let interval = Duration.milliseconds(200)

    /// Returns what is over its limit, once something is; `nil` when cancelled.
    static func excess(
        of pid: Int32, limits: ProcessLimits, launchers: Int, time: some TimeSource
    ) async -> String? {
        while true {
            do {
                try await time.sleep(for: interval)
            } catch {
                return nil
            }
            if let excess = limits.excess(of: ProcessUsage(of: pid), launchers: launchers) { return excess }
        }
    }
}
