/// Where a window's page is in its life, and what its next event means: a state machine without I/O.
///
/// It is the watchdog too: a page whose process dies before the first paint, or that doesn't paint in time, is given one
/// more chance in the safe rendering mode; a page that keeps dying afterwards is given up.
struct PageLife: Sendable {
    enum State: Sendable, Equatable {
        /// Nothing is loaded: the address isn't known yet.
        case waiting
        case loading
        /// The host page runs.
        case ready
        case painted
        /// The web process is gone; a reload is due.
        case crashed
        /// Given up, with the reason.
        case failed(String)
    }

    enum Action: Sendable, Equatable {
        case none
        /// Add every slot of the window to the page.
        case addSlots
        /// The page is there after all: take the message away.
        case showPage
        /// Load the page again after the configured delay.
        case reload
        /// Rebuild the web view in the safe rendering mode and load again.
        case restartSafely(String)
        /// Show this message in place of the page.
        case giveUp(String)
    }

    /// More web-process deaths than this within `crashWindow` make the page give up.
    static let maximumCrashes = 5
    static let crashWindow = Duration.seconds(60)

    private(set) var state = State.waiting
    private(set) var triedSafeMode: Bool
    private let autoReload: Bool
    private var hasPainted = false
    private var crashes: [Duration] = []

    /// The host page runs: its functions can be called.
    var acceptsSlots: Bool { state == .ready || state == .painted }

    init(autoReload: Bool, safeModeAlready: Bool) {
        self.autoReload = autoReload
        triedSafeMode = safeModeAlready
    }

    mutating func loadStarted() {
        state = .loading
    }

    /// A page that speaks runs, even one that was given up for being late.
    mutating func pageReady() -> Action {
        state = .ready
        return .addSlots
    }

    mutating func painted() -> Action {
        hasPainted = true
        defer { state = .painted }
        if case .failed = state { return .showPage }
        return .none
    }

    /// The document could not be loaded. A page that is there already stays.
    mutating func loadFailed() -> Action {
        guard state == .loading else { return .none }
        state = .waiting
        return .reload
    }

    /// The page hasn't painted within the time limit. One that has painted before proved that drawing works: whatever holds
    /// it up now is no trouble of the driver's.
    mutating func paintOverdue() -> Action {
        guard state == .loading || state == .ready, !hasPainted else { return .none }
        return beSafe("the page did not paint in time")
    }

    /// The web process is gone; `now` is the monotonic time.
    mutating func processTerminated(reason: String, now: Duration) -> Action {
        if case .failed = state { return .none }
        if !hasPainted && !triedSafeMode { return beSafe("the web process ended at start (\(reason))") }
        guard autoReload else {
            return fail("The web process ended (\(reason)), and webViewAutoReload is off.")
        }
        crashes = crashes.filter { now - $0 < Self.crashWindow } + [now]
        guard crashes.count <= Self.maximumCrashes else {
            return fail("The web process ended \(crashes.count) times within a minute (\(reason)).")
        }
        state = .crashed
        return .reload
    }

    private mutating func beSafe(_ reason: String) -> Action {
        guard !triedSafeMode else { return fail("Nothing could be drawn: \(reason).") }
        triedSafeMode = true
        state = .crashed
        return .restartSafely(reason)
    }

    private mutating func fail(_ message: String) -> Action {
        state = .failed(message)
        return .giveUp(message)
    }
}
