public import KeystoneProtocol
public import KeystoneSupport

/// A pair of byte directions between the host and another process, opened on a channel.
///
/// Read it as a sequence of chunks, write with `write`; the two are independent, and each keeps its order. Neither side can
/// run ahead of the other by more than a few mebibytes: `write` suspends until the other side reads. Where writes are cut
/// into chunks is not kept.
///
/// ```swift
/// runtime.onStream("backup") { stream in
///     for try await chunk in stream { try await file.append(chunk) }
///     try await stream.write(Array("kept".utf8))
/// }
/// ```
///
/// Usable from any thread. A stream fails with a `WireError`: the other side's own where it gave one, `ABORTED` where it
/// reads no more, `UNAVAILABLE` when its process ends or the connection is lost. Letting go of a stream that is open
/// resets it.
public final class ByteStream: Sendable, AsyncSequence {
    public typealias Element = ArraySlice<UInt8>

    public struct AsyncIterator: AsyncIteratorProtocol {
        let stream: ByteStream

        /// The next bytes; `nil` after the last ones.
        public mutating func next() async throws -> ArraySlice<UInt8>? { try await stream.read() }
    }

    public let channel: String
    /// What the opener said to the handler; `null` when it said nothing. Untrusted where another process opened it.
    public let data: JSONValue
    /// The process at the other end: `bun`, or a worker's name.
    public let process: String
    /// The service that opened it, by its own word; `nil` where the host did.
    public let service: String?

    private let connection: StreamConnection
    private let key: StreamTable.Key

    init(_ connection: StreamConnection, _ key: StreamTable.Key, _ opening: StreamOpening, process: String) {
        self.connection = connection
        self.key = key
        self.process = process
        channel = opening.channel
        data = opening.data
        service = opening.service
    }

    deinit { connection.perform { $0.forget(key) } }

    // MARK: Reading

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

    /// The next bytes, as many as have come in one piece; `nil` after the last ones.
    ///
    /// Throws `WireError`, or `CancellationError` when the task is cancelled; the stream stays open then.
    public func read() async throws -> ArraySlice<UInt8>? {
        while true {
            switch connection.perform({ $0.read(key) }) {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .failed(let error): throw error
            case .wait:
                await wait({ $0.waitToRead($1, $2) }, cancelled: { $0.wakeListeners($1) })
                try Task.checkCancellation()
            }
        }
    }

    /// Reads no more: the other side's writes fail from now on. Writing goes on.
    public func stopReading() { connection.perform { $0.stopReading(key) } }

    // MARK: Writing

    /// Writes all bytes; suspends until the last of them is on its way. Writes follow each other in the order of their calls.
    ///
    /// Throws `WireError` when the stream is over or the other side reads no more. When the task is cancelled in the middle
    /// of a write, the stream is reset, because the other side would take a part for the whole, and it throws
    /// `CancellationError`.
    public func write(_ bytes: [UInt8]) async throws { try await write(bytes[...]) }

    /// Writes a part of an array, as above.
    public func write(_ bytes: ArraySlice<UInt8>) async throws {
        var rest = bytes
        let (ticket, first) = connection.perform { table in
            let ticket = table.beginWrite(key)
            return (ticket, table.write(key, ticket, &rest))
        }
        defer { connection.perform { $0.endWrite(key, ticket) } }
        var result = first
        while true {
            switch result {
            case .done: return
            case .failed(let error): throw error
            case .wait: await wait({ $0.waitToWrite($1, ticket, $2) }, cancelled: { $0.wakeWriters($1) })
            }
            if Task.isCancelled {
                if rest.count < bytes.count { cancel(WireError(.aborted, "the writer was cancelled")) }
                throw CancellationError()
            }
            result = connection.perform { $0.write(key, ticket, &rest) }
        }
    }

    /// Writes no more: the other side reads to the end of what was written. Reading goes on.
    public func finish() { connection.perform { $0.finish(key) } }

    // MARK: The whole

    /// Returns when the other side's handler has the stream. Reads and writes need not wait for it.
    ///
    /// Throws the `WireError` that it was refused with, `NO_HANDLER` for one.
    package func waitForAccept() async throws {
        while try connection.perform({ table throws(WireError) in try table.isAccepted(key) }) == false {
            await wait({ $0.waitForAccept($1, $2) }, cancelled: { $0.wakeListeners($1) })
            try Task.checkCancellation()
        }
    }

    /// Whether both directions have ended, in order or not. Bytes may be left to read.
    public var isOver: Bool { connection.perform { $0.isOver(key) } }

    /// Returns when both directions have ended. Throws `CancellationError` when the task is cancelled.
    public func waitUntilOver() async throws {
        while !isOver {
            await wait({ $0.waitUntilOver($1, $2) }, cancelled: { $0.wakeListeners($1) })
            try Task.checkCancellation()
        }
    }

    /// Ends both directions in order: what was written arrives, what was not read is dropped.
    public func close() {
        finish()
        stopReading()
    }

    /// Ends both directions at once. The other side's reads and writes fail with the error.
    public func cancel(_ error: WireError = WireError(.aborted, "the stream was cancelled")) {
        connection.perform { $0.reset(key, error) }
    }

    /// Suspends until the table wakes it, or the task is cancelled.
    private func wait(
        _ register: (inout StreamTable, StreamTable.Key, @escaping StreamWake) -> Bool,
        cancelled: @escaping @Sendable (inout StreamTable, StreamTable.Key) -> Void
    ) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = connection.perform { register(&$0, key) { continuation.resume() } }
                if !waits {
                    continuation.resume()
                } else if Task.isCancelled {
                    // It may have been cancelled before it was registered.
                    connection.perform { cancelled(&$0, key) }
                }
            }
        } onCancel: {
            connection.perform { cancelled(&$0, key) }
        }
    }
}
