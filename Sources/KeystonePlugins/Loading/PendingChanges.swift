/// Files that changed, until they have been quiet for a while: linkers and copies write in pieces. No clock of its own.
struct PendingChanges: Sendable {
    private let debounce: Duration
    private var paths: Set<String> = []
    private var first: Duration = .zero
    private var last: Duration = .zero

    init(debounce: Duration) {
        self.debounce = debounce
    }

    /// Notes a change at this time.
    mutating func note(_ path: String, now: Duration) {
        if paths.isEmpty { first = now }
        last = now
        paths.insert(path)
    }

    /// When they are due; a file that never rests holds the others up ten times as long at most. `nil`: nothing waits.
    var deadline: Duration? {
        paths.isEmpty ? nil : min(last + debounce, first + debounce * 10)
    }

    /// Takes the files out, if they are due.
    mutating func takeDue(now: Duration) -> Set<String> {
        guard let deadline, deadline <= now else { return [] }
        defer { paths = [] }
        return paths
    }
}
