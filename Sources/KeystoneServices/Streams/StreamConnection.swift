package import KeystoneProtocol
package import KeystoneSupport
internal import Synchronization

/// Answers an `open` of the other side: what runs with the stream, or why there is nothing.
package typealias StreamAcceptor = @Sendable (StreamOpening) async -> Result<StreamHandler, WireError>

/// Runs with a stream that the other side opened. When it returns, the stream is finished; what it throws ends the stream
/// on both sides.
public typealias StreamHandler = @Sendable (ByteStream) async throws -> Void

/// One Unix socket with all its streams. Usable from any thread; nothing blocks but its own thread.
///
/// Whoever has something to send sends it right away, and only what the socket does not take waits for the connection's
/// thread. That thread reads.
package final class StreamConnection: Sendable {
    private struct State {
        var table: StreamTable
        var batch: StreamBatch?
        var isSending = false
        /// The socket takes no more for now; the thread waits until it does.
        var isBlocked = false
        var closing: WireError?
    }

    private static let readSize = 256 << 10
    /// Parts of one `sendmsg`.
    private static let gathered = 64

    /// How messages call the process at the other end.
    package let peer: String
    private let socket: OwnedDescriptor
    private let wakeRead: OwnedDescriptor
    private let wakeWrite: OwnedDescriptor
    private let state: Mutex<State>
    private let acceptor: StreamAcceptor
    private let logger: Logger
    private let ended: @Sendable () -> Void

    /// Takes over a connected socket that does not block.
    ///
    /// - Parameters:
    ///   - listens: Whether this side listened; it decides which ids are whose.
    ///   - ended: Called once, on the connection's thread, when every stream has failed.
    package init(
        _ socket: OwnedDescriptor, peer: String, listens: Bool = true, logger: Logger = Logger("streams"),
        acceptor: @escaping StreamAcceptor, ended: @escaping @Sendable () -> Void = {}
    ) throws(SystemError) {
        let wake = try OwnedDescriptor.pipe()
        try wake.read.setNonBlocking()
        try wake.write.setNonBlocking()
        (wakeRead, wakeWrite) = (wake.read, wake.write)
        self.socket = socket
        self.peer = peer
        self.acceptor = acceptor
        self.logger = logger
        self.ended = ended
        state = Mutex(State(table: StreamTable(listens: listens)))
        // Openings are parsed on this thread, and nested JSON takes stack.
        try SystemThread.start(stackSize: 2 << 20) { [self] in run() }
    }

    // MARK: Streams

    /// Opens a stream; throws when the connection is over or full. Its handler may still refuse it.
    package func open(_ opening: StreamOpening) throws(WireError) -> ByteStream {
        let key = try perform { table throws(WireError) in try table.open(opening) }
        return ByteStream(self, key, opening, process: peer)
    }

    /// Streams that are open, or over with bytes left to read.
    package var openCount: Int { state.withLock { $0.table.openCount } }

    /// Bytes that wait until the socket has taken what came before.
    package var waitingBytes: Int { state.withLock { $0.table.outbox.count } }

    func uses(_ socket: OwnedDescriptor) -> Bool { self.socket === socket }

    /// Ends the connection: every stream fails with the error.
    package func close(_ error: WireError) {
        state.withLock { $0.closing = $0.closing ?? error }
        wake()
    }

    /// Does something to the table, sends what came of it, and wakes whom it concerns.
    func perform<Result, Failure: Error>(
        _ body: (inout StreamTable) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let (result, wakes) = try state.withLock { state throws(Failure) in
            let result = try body(&state.table)
            return (result, state.table.takeWakes())
        }
        for wake in wakes { wake() }
        flush()
        return result
    }

    private func start(_ key: StreamTable.Key, _ opening: StreamOpening) {
        let stream = ByteStream(self, key, opening, process: peer)
        Task { [acceptor] in
            switch await acceptor(opening) {
            case .failure(let error): stream.cancel(error)
            case .success(let handler):
                perform { $0.accept(key) }
                await run(handler, stream)
            }
        }
    }

    private func run(_ handler: StreamHandler, _ stream: ByteStream) async {
        do {
            try await handler(stream)
            stream.close()
        } catch {
            let failure = error as? WireError ?? WireError(.handlerFailed, "\(error)")
            // A stream that ends while its handler still uses it has told its own end.
            if ![.aborted, .unavailable].contains(failure.code) {
                logger.warning("the handler of the stream \(stream.channel) failed: \(failure)")
            }
            stream.cancel(failure)
        }
    }

    // MARK: Sending

    /// Sends until nothing is left or the socket is full. One caller at a time; the others' frames go with its.
    private func flush() {
        while var batch = takeBatch() {
            var failure: SystemError?
            var isFull = false
            do throws(SystemError) {
                while !batch.isSent, !isFull {
                    let sent = try UnixSocket.send(batch.next(StreamConnection.gathered), to: socket.number)
                    batch.advance(by: sent)
                    isFull = sent == 0
                }
            } catch {
                failure = error
            }
            giveBack(batch, isFull: isFull, failure)
        }
    }

    private func takeBatch() -> StreamBatch? {
        let (batch, wakes) = state.withLock { state -> (StreamBatch?, [StreamWake]) in
            guard !state.isSending, !state.isBlocked, state.table.failure == nil else { return (nil, []) }
            if state.batch == nil, !state.table.outbox.isEmpty {
                state.batch = StreamBatch(state.table.takeOutbox())
            }
            defer { state.batch = nil }
            state.isSending = state.batch != nil
            return (state.batch, state.table.takeWakes())
        }
        for wake in wakes { wake() }
        return batch
    }

    private func giveBack(_ batch: StreamBatch, isFull: Bool, _ failure: SystemError?) {
        let isOver = state.withLock { state in
            state.isSending = false
            if !batch.isSent { state.batch = batch }
            if isFull { state.isBlocked = true }
            if let failure {
                state.isBlocked = true
                state.closing =
                    state.closing ?? WireError(.unavailable, "the connection to \(peer) was lost: \(failure)")
            }
            return state.table.failure != nil
        }
        // The thread has left it to the last sender.
        if isOver { socket.close() }
        if isFull || failure != nil { wake() }
    }

    private func wake() {
        do {
            try UnixSocket.signal(wakeWrite.number)
        } catch {
            logger.error("the thread of the streams of \(peer) can't be woken: \(error)")
        }
    }

    // MARK: The connection's thread

    private func run() {
        let reason = exchange()
        let (wakes, mayClose) = state.withLock { state -> ([StreamWake], Bool) in
            state.table.fail(reason)
            state.batch = nil
            return (state.table.takeWakes(), !state.isSending)
        }
        if mayClose { socket.close() } else { UnixSocket.shutDown(socket.number) }
        // Who hears of the end may open the next stream at once: it is not to find this connection any more.
        ended()
        for wake in wakes { wake() }
    }

    /// Moves bytes until the end; returns its reason.
    private func exchange() -> WireError {
        var reader = StreamFrameReader()
        var buffer: [UInt8] = []
        while true {
            let (closing, isBlocked) = state.withLock { ($0.closing, $0.isBlocked) }
            if let closing { return closing }
            let ready = UnixSocket.wait(socket.number, forRoom: isBlocked, wake: wakeRead.number)
            if ready.isWritable {
                state.withLock { $0.isBlocked = false }
                flush()
            }
            guard ready.isReadable else { continue }
            do {
                if buffer.isEmpty { buffer = UnixSocket.buffer(StreamConnection.readSize) }
                guard let count = try UnixSocket.receive(into: &buffer, from: socket.number) else { continue }
                if count == 0 { return WireError(.unavailable, "\(peer) closed its connection") }
                // Streams may hold slices of it now; the next bytes go into a new one.
                if try receive(buffer[..<count], &reader) { buffer = [] }
            } catch let broken as StreamProtocolBreak {
                logger.error("\(peer) broke the protocol of the streams: \(broken)")
                return WireError(.unavailable, "\(peer) broke the protocol of the streams: \(broken)")
            } catch {
                return WireError(.unavailable, "the connection to \(peer) was lost: \(error)")
            }
        }
    }

    /// Answers whether streams hold slices of the bytes.
    private func receive(_ bytes: ArraySlice<UInt8>, _ reader: inout StreamFrameReader) throws -> Bool {
        let (isHeld, incoming) = try perform { table throws(StreamProtocolBreak) in
            table.holdsInput = false
            try reader.append(bytes) { id, frame throws(StreamProtocolBreak) in try table.receive(id, frame) }
            return (table.holdsInput, table.takeIncoming())
        }
        for (key, opening) in incoming { start(key, opening) }
        return isHeld
    }
}
