/// What has happened in each window so far, and a way to wait for more: for `--screenshot`, `--eval` and the control channel.
@MainActor
final class WindowProgress {
    struct Entry {
        var painted = false
        /// Components mounted or failed, with the failure's message.
        var mounts: [String: String?] = [:]
        var failed: String?
        var isSettled: Bool { failed != nil || (painted && !mounts.isEmpty) }
    }

    private struct Waiter {
        var condition: @MainActor () -> Bool
        var continuation: CheckedContinuation<Void, Never>
    }

    private(set) var entries: [String: Entry] = [:]
    /// The app can't go on, with the reason.
    private(set) var fatal: String?
    private var waiters: [Waiter] = []

    func opened(_ window: ManagedWindow) {
        entries[window.id] = Entry()
        changed()
    }

    func record(_ event: WindowEvent, of window: ManagedWindow) {
        switch event {
        case .painted: entries[window.id]?.painted = true
        case .mounted(let component): entries[window.id]?.mounts[component] = .some(nil)
        case .mountFailed(let component, let message): entries[window.id]?.mounts[component] = message
        case .failed(let message): entries[window.id]?.failed = message
        case .closed: entries[window.id] = nil
        case .closeRequested, .swapped, .webProcessEnded: break
        }
        changed()
    }

    func recordFatal(_ message: String) {
        fatal = message
        changed()
    }

    /// Why no window can ever be ready, where that is so: the app's or a window's failure.
    var failure: String? {
        fatal ?? entries.values.compactMap(\.failed).first
    }

    /// What went wrong in a window, where something did.
    func problem(of id: String) -> String? {
        entries[id].flatMap { entry in entry.failed ?? entry.mounts.values.compactMap { $0 }.first }
    }

    /// Returns once the condition holds; it is checked after each event.
    func wait(until condition: @escaping @MainActor () -> Bool) async {
        guard !condition() else { return }
        await withCheckedContinuation { waiters.append(Waiter(condition: condition, continuation: $0)) }
    }

    private func changed() {
        let due = waiters.filter { $0.condition() }
        guard !due.isEmpty else { return }
        waiters.removeAll { $0.condition() }
        for waiter in due { waiter.continuation.resume() }
    }
}
