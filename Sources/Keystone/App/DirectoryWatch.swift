internal import KeystoneCore
internal import Synchronization

/// What has changed directly in a watched directory since it was last told.
public struct DirectoryChanges: Sendable, Hashable {
    /// Of entries that were made, changed, moved or removed: look at each to know which. Each once.
    public let names: [String]
    /// `false`: more has changed than is named, so list the directory again.
    public let isComplete: Bool
}

/// Gathers a directory's events until somebody asks for them: one reader, who is given all that came since the last time.
final class DirectoryWatch: Sendable {
    /// Names that wait at most; beyond that they are worth no more than a new listing.
    static let maximumNames = 1000

    private struct State {
        var gathered = Gathered()
        var isOver = false
        var reader: CheckedContinuation<DirectoryChanges?, Never>?
        var monitor: MonitorHandle?
    }

    private let state = Mutex(State())

    @MainActor
    func start(_ path: String, on platform: any Platform) throws {
        let monitor = try platform.watchDirectory(path) { [weak self] (event: DirectoryEvent) in self?.take(event) }
        state.withLock { $0.monitor = MonitorHandle(monitor) }
    }

    func take(_ event: DirectoryEvent) {
        guard event != .gone else { return finish() }
        let reader = state.withLock { state -> (CheckedContinuation<DirectoryChanges?, Never>, DirectoryChanges?)? in
            if case .changed(let name) = event { state.gathered.add(name) } else { state.gathered.isComplete = false }
            guard let reader = state.reader else { return nil }
            state.reader = nil
            return (reader, state.gathered.take())
        }
        reader?.0.resume(returning: reader?.1)
    }

    /// What has changed; waits for something. `nil` when the watch is over, and all was told.
    func next() async -> DirectoryChanges? {
        await withCheckedContinuation { (continuation: CheckedContinuation<DirectoryChanges?, Never>) in
            let isWaiting = state.withLock { state in
                guard state.gathered.isEmpty, !state.isOver, state.reader == nil else { return false }
                state.reader = continuation
                return true
            }
            if !isWaiting { continuation.resume(returning: state.withLock { $0.gathered.take() }) }
        }
    }

    /// Nothing more is told.
    func finish() {
        let (reader, monitor) = state.withLock { state in
            defer { (state.reader, state.monitor, state.isOver) = (nil, nil, true) }
            return (state.reader, state.monitor)
        }
        reader?.resume(returning: nil)
        // Released outside of the lock.
        withExtendedLifetime(monitor) {}
    }
}

/// What nobody has asked for yet.
private struct Gathered {
    private var names: [String] = []
    /// By bytes: names that look alike may be two files, and equal as texts.
    private var known: Set<[UInt8]> = []
    var isComplete = true

    var isEmpty: Bool { names.isEmpty && isComplete }

    mutating func add(_ name: String) {
        guard !known.contains(Array(name.utf8)) else { return }
        guard names.count < DirectoryWatch.maximumNames else { return isComplete = false }
        known.insert(Array(name.utf8))
        names.append(name)
    }

    mutating func take() -> DirectoryChanges? {
        guard !isEmpty else { return nil }
        defer { self = Gathered() }
        return DirectoryChanges(names: names, isComplete: isComplete)
    }
}

/// The watches of plugins: they end with them.
final class PluginWatches: Sendable {
    private struct Entry {
        let owner: ObjectIdentifier
        weak var watch: DirectoryWatch?
    }

    private let entries = Mutex<[Entry]>([])

    func add(_ watch: DirectoryWatch, of owner: RegistrationOwner) {
        let id = ObjectIdentifier(owner)
        entries.withLock { entries in
            entries.removeAll { $0.watch == nil }
            entries.append(Entry(owner: id, watch: watch))
        }
        owner.held(by: self) { [weak self] in self?.end(id) }
    }

    private func end(_ owner: ObjectIdentifier) {
        let ended = entries.withLock { entries in
            defer { entries.removeAll { $0.owner == owner } }
            return entries.filter { $0.owner == owner }.compactMap(\.watch)
        }
        for watch in ended { watch.finish() }
    }
}

/// Keeps the platform's watch on the main actor, wherever the last reference goes.
@MainActor
private final class MonitorHandle {
    private let monitor: AnyObject

    init(_ monitor: AnyObject) {
        self.monitor = monitor
    }

    isolated deinit {}
}
