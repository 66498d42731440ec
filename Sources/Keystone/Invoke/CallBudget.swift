internal import KeystoneProtocol
internal import Synchronization

/// What the open calls of one window may take: a page that keeps asking without an end is no reason to run out of memory.
final class CallBudget: Sendable {
    static let maximumCalls = 100_000
    /// Bytes of the arguments of all open calls.
    static let maximumBytes = 512 << 20

    private struct Use {
        var calls = 0
        var bytes = 0
    }

    private let use = Mutex(Use())

    /// How many calls are open.
    var calls: Int { use.withLock { $0.calls } }

    /// Takes what one call needs. Throws `UNAVAILABLE` where that is too much.
    func take(bytes: Int) throws(WireError) {
        let refusal: String? = use.withLock { use in
            if use.calls >= Self.maximumCalls {
                return "\(use.calls) calls of this page are open; no more are taken"
            }
            // One call alone may always be as large as a message can be.
            if use.calls > 0, use.bytes + bytes > Self.maximumBytes {
                return "the open calls of this page hold \(use.bytes >> 20) MiB of arguments; no more are taken"
            }
            use.calls += 1
            use.bytes += bytes
            return nil
        }
        if let refusal { throw WireError(.unavailable, refusal) }
    }

    func giveBack(calls: Int = 1, bytes: Int) {
        use.withLock { use in
            use.calls -= calls
            use.bytes -= bytes
        }
    }
}
