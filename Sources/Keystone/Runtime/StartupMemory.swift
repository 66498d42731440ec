internal import KeystoneServices

/// Gives back what opening windows took and nobody needs any more: megabytes of heap pages that would stay empty.
@MainActor
final class StartupMemory {
    private static let quiet = Duration.seconds(1)
    private var pending: Task<Void, Never>?

    /// A window has painted. The memory goes once no other one has for a while.
    func windowPainted() {
        pending?.cancel()
        pending = Task.detached(priority: .background) {
            do { try await Task.sleep(for: Self.quiet) } catch { return }
            HeapMemory.giveBackUnused()
        }
    }
}
