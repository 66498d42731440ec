/// Notices a handler that holds up the thread that reads, without a word from that thread while all is well.
///
/// The thread says when it begins and ends a handler; somebody else looks every few milliseconds while there is something
/// to see.
struct HandlerWatch {
    enum Finding: Hashable {
        /// Nothing happened since the last look: nobody needs to look any more.
        case quiet
        case lookAgain
        /// The same handler has been running since the last look.
        case takeOver
    }

    /// Milliseconds between looks: a handler that takes up to twice as long goes unnoticed.
    static let interval = 2

    private var begun = 0
    private var isRunning = false
    private var isWatched = false
    private var seen = 0

    /// The handler's number, and whether somebody has to begin to look.
    mutating func begin() -> (number: Int, startsLooking: Bool) {
        begun += 1
        isRunning = true
        defer { isWatched = true }
        if !isWatched { seen = begun - 1 }
        return (begun, !isWatched)
    }

    /// A handler that another thread has overtaken meanwhile doesn't count any more.
    mutating func end(_ number: Int) {
        if number == begun { isRunning = false }
    }

    mutating func look() -> Finding {
        if begun != seen {
            seen = begun
            return .lookAgain
        }
        isWatched = false
        return isRunning ? .takeOver : .quiet
    }
}
