internal import Glibc
package import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// What the owner of a connection hears of, on the thread that reads.
package struct PageConnectionHandlers: Sendable {
    /// May take its time where the frame came alone: another thread reads on. Others wait for it otherwise.
    package var received: @Sendable (_ frame: PageFrame, _ isAlone: Bool) -> Void
    /// The page's end is gone, or the page broke the protocol: then with the reason. Not told of `close()`.
    package var closed: @Sendable (WireError?) -> Void

    package init(
        received: @escaping @Sendable (PageFrame, Bool) -> Void, closed: @escaping @Sendable (WireError?) -> Void
    ) {
        self.received = received
        self.closed = closed
    }
}

/// The host's end of a page's connection. Answers are sent from any thread and never block; a `PageSocketLoop` reads.
package final class PageConnection: Sendable {
    /// While so many bytes of answers wait for the page, nothing more is read from it.
    static let pauseReading = 64 << 20
    /// So many bytes may wait; an answer above that becomes an error.
    static let maximumQueued = 1 << 30
    /// Answers that are kept back to go together go earlier once they have so many bytes.
    private static let heldBack = 64 << 10

    private struct Output {
        var queue = AnswerQueue()
        /// Bytes that a thread is sending now.
        var inFlight = 0
        var isSending = false
        /// The socket is full; the loop waits for it.
        var isBlocked = false
        /// Bursts that are under way.
        var bursts = 0
        var isClosed = false

        var waiting: Int { queue.bytes + inFlight }
    }

    let descriptor: OwnedDescriptor
    private let reader = Mutex(PageFrameReader())
    private let output = Mutex(Output())
    private let wake: @Sendable () -> Void

    init(_ descriptor: OwnedDescriptor, wake: @escaping @Sendable () -> Void) {
        self.descriptor = descriptor
        self.wake = wake
    }

    // MARK: Any thread

    /// Answers a call; nothing happens once the connection is over.
    package func answer(id: UInt64, kind: PageAnswerKind, payload: [UInt8] = []) {
        let isDue = output.withLock { output in
            guard !output.isClosed else { return false }
            if payload.count > PageAnswerHeader.maximumPayload {
                output.queue.append(id: id, error: .tooLarge, "the answer is larger than 1 GiB")
            } else if output.waiting > 0, output.waiting + payload.count > Self.maximumQueued {
                output.queue.append(id: id, error: .unavailable, "the page does not take its answers")
            } else {
                output.queue.append(id: id, kind: kind, payload: payload)
            }
            return output.bursts == 0 || output.queue.bytes >= Self.heldBack
        }
        if isDue { flush() }
    }

    /// Between `true` and `false`, which may be nested, answers are kept back to go together.
    package func burst(_ begins: Bool) {
        let ended = output.withLock { output in
            output.bursts += begins ? 1 : -1
            return output.bursts == 0
        }
        if ended { flush() }
    }

    /// Ends the connection. What has not been sent is dropped.
    package func close() {
        let wasOpen = output.withLock { output in
            defer {
                output.isClosed = true
                output.queue = AnswerQueue()
            }
            return !output.isClosed
        }
        guard wasOpen else { return }
        // The loop closes the descriptor: until then its number can't become another's.
        shutdown(descriptor.number, Int32(SHUT_RDWR))
        wake()
    }

    /// Bytes of answers that wait for the page.
    package var queuedBytes: Int { output.withLock { $0.waiting } }

    /// One thread sends at a time, without the lock; what others add meanwhile goes with its next round.
    private func flush() {
        while true {
            let taken: AnswerQueue? = output.withLock { output in
                guard !output.isSending, !output.isBlocked, !output.isClosed, !output.queue.isEmpty else { return nil }
                output.isSending = true
                defer { output.queue = AnswerQueue() }
                output.inFlight = output.queue.bytes
                return output.queue
            }
            guard let taken else { return }
            guard send(taken) else { return }
        }
    }

    /// Whether the socket took everything.
    private func send(_ queue: AnswerQueue) -> Bool {
        var queue = queue
        var isDead = false
        do throws(SystemError) {
            try queue.drain(to: descriptor.number)
        } catch {
            isDead = true  // The loop hears of the end as well.
            queue = AnswerQueue()
        }
        let isBlocked = output.withLock { output in
            output.isSending = false
            output.inFlight = 0
            guard !output.isClosed, !isDead else { return false }
            output.isBlocked = !queue.isEmpty
            output.queue.prepend(queue)
            return output.isBlocked
        }
        if isBlocked { wake() }
        return !isBlocked && !isDead
    }

    // MARK: The loop's thread

    /// What the loop has to wait for; `nil` when the connection is over.
    var awaited: Int16? {
        output.withLock { output in
            if output.isClosed { return nil }
            var events = output.isBlocked ? Int16(POLLOUT) : 0
            if output.waiting <= Self.pauseReading { events |= Int16(POLLIN) }
            return events
        }
    }

    func writable() {
        output.withLock { $0.isBlocked = false }
        flush()
    }

    /// The frames that have come, `nil` at the end of the stream. Throws where the stream makes no sense.
    func read(_ buffer: inout [UInt8]) throws(WireError) -> [PageFrame]? {
        let count: Int
        do throws(SystemError) {
            count = try systemCall("recv") { recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT)) }
        } catch {
            return error.code == EAGAIN ? [] : nil
        }
        guard count > 0 else { return nil }
        return try reader.withLock { reader throws(WireError) in
            var frames: [PageFrame] = []
            try reader.read(buffer[..<count]) { frames.append($0) }
            return frames
        }
    }
}

extension AnswerQueue {
    fileprivate mutating func append(id: UInt64, error code: WireError.Code, _ message: String) {
        append(id: id, kind: .error, payload: Array(WireError(code, message).jsonText.utf8))
    }
}
