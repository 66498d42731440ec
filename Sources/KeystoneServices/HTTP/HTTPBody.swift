internal import KeystoneSupport
internal import Synchronization

/// The writing end of a response's body. Usable from any thread.
public struct HTTPBodyWriter: Sendable {
    let pipe: HTTPBodyPipe

    package init(pipe: HTTPBodyPipe) { self.pipe = pipe }

    /// Hands bytes to the page, and suspends while it has enough to read. Throws `CancellationError` when it no longer reads.
    public func write(_ bytes: [UInt8]) async throws {
        try await pipe.write(bytes)
    }

    /// Writes a text as UTF-8.
    public func write(_ text: String) async throws {
        try await pipe.write(Array(text.utf8))
    }
}

/// Bytes between one writer and one reader that asks for them: the writer is suspended while `capacity` bytes wait.
package final class HTTPBodyPipe: Sendable {
    /// Bytes that may wait for the reader before the writer does.
    package static let capacity = 256 << 10

    fileprivate struct State {
        var waiting: [[UInt8]] = []
        var size = 0
        var end: Result<Void, any Error>?
        var isCancelled = false
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        var writers: [CheckedContinuation<Void, any Error>] = []
        /// Waits until the reader has seen the end.
        var drained: CheckedContinuation<Void, any Error>?
        var endWasRead = false
    }

    private let state = Mutex(State())

    package init() {}

    func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        guard !bytes.isEmpty else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let resumption = state.withLock { $0.write(bytes, continuation) }
                resumption()
            }
        } onCancel: {
            cancel()
        }
    }

    /// No more is written. With an error, the reader gets it after what was written before.
    package func finish(_ end: Result<Void, any Error> = .success(())) {
        let resumption = state.withLock { $0.finish(end) }
        resumption()
    }

    /// The next bytes, all that wait; `nil` at the end. One reader at a time: a second one gets an error.
    package func read() async throws -> [UInt8]? {
        try await withCheckedThrowingContinuation { continuation in
            let resumption = state.withLock { $0.read(continuation) }
            resumption()
        }
    }

    /// Returns when the reader has read all and the end. Throws `CancellationError` when it gave up. One caller at a time.
    package func drained() async throws {
        try await withCheckedThrowingContinuation { continuation in
            let resumption = state.withLock { $0.drain(continuation) }
            resumption()
        }
    }

    /// Nobody reads any more: the writer's next write throws, and what waits is dropped.
    package func cancel() {
        let resumption = state.withLock { $0.cancel() }
        resumption()
    }
}

/// What to resume once the lock is released.
private typealias Resumption = @Sendable () -> Void

extension HTTPBodyPipe.State {
    fileprivate mutating func write(
        _ bytes: [UInt8], _ continuation: CheckedContinuation<Void, any Error>
    ) -> Resumption {
        guard !isCancelled, end == nil else { return { continuation.resume(throwing: CancellationError()) } }
        if let reader {
            self.reader = nil
            return {
                reader.resume(returning: bytes)
                continuation.resume()
            }
        }
        waiting.append(bytes)
        size += bytes.count
        guard size >= HTTPBodyPipe.capacity else { return { continuation.resume() } }
        writers.append(continuation)
        return {}
    }

    fileprivate mutating func finish(_ result: Result<Void, any Error>) -> Resumption {
        guard end == nil, !isCancelled else { return {} }
        end = result
        guard let reader else { return {} }
        self.reader = nil
        endWasRead = true
        return { reader.resume(with: result.map { nil }) }
    }

    fileprivate mutating func drain(_ continuation: CheckedContinuation<Void, any Error>) -> Resumption {
        if isCancelled { return { continuation.resume(throwing: CancellationError()) } }
        if endWasRead { return { continuation.resume() } }
        drained = continuation
        return {}
    }

    fileprivate mutating func read(_ continuation: CheckedContinuation<[UInt8]?, any Error>) -> Resumption {
        guard reader == nil else {
            return { continuation.resume(throwing: HTTPError(400, "the body is read already")) }
        }
        guard !isCancelled else { return { continuation.resume(throwing: CancellationError()) } }
        guard waiting.isEmpty else {
            let bytes = waiting.count == 1 ? waiting[0] : joined()
            let released = writers
            waiting = []
            size = 0
            writers = []
            return {
                continuation.resume(returning: bytes)
                for writer in released { writer.resume() }
            }
        }
        if let end {
            endWasRead = true
            let drained = drained
            self.drained = nil
            return {
                continuation.resume(with: end.map { nil })
                drained?.resume()
            }
        }
        reader = continuation
        return {}
    }

    private func joined() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        for chunk in waiting { bytes += chunk }
        return bytes
    }

    fileprivate mutating func cancel() -> Resumption {
        guard !isCancelled else { return {} }
        isCancelled = true
        waiting = []
        size = 0
        let released = writers
        let (reader, drained) = (reader, drained)
        writers = []
        self.reader = nil
        self.drained = nil
        return {
            for writer in released { writer.resume(throwing: CancellationError()) }
            reader?.resume(throwing: CancellationError())
            drained?.resume(throwing: CancellationError())
        }
    }
}
