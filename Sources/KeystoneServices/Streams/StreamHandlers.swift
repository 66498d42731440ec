package import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// The app's handlers of streams that its processes open, by channel. Usable from any thread.
package final class StreamHandlers: Sendable {
    private struct State {
        var handlers: [String: StreamHandler] = [:]
        var isComplete = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Adds a handler; one that was there before is replaced.
    package func handle(_ channel: String, _ handler: @escaping StreamHandler) {
        state.withLock { $0.handlers[channel] = handler }
    }

    /// Removes a handler; streams that it runs with go on.
    package func remove(_ channel: String) {
        state.withLock { $0.handlers[channel] = nil }
    }

    /// The app has added its handlers. Until then, streams on unknown channels wait: Bun may be up before the app is.
    package func complete() {
        let waiting = state.withLock { state in
            state.isComplete = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    /// For `StreamListener`.
    package func accept(_ opening: StreamOpening) async -> Result<StreamHandler, WireError> {
        if let handler = find(opening.channel) { return .success(handler) }
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                if !state.isComplete { state.waiting.append(continuation) }
                return !state.isComplete
            }
            if !waits { continuation.resume() }
        }
        if let handler = find(opening.channel) { return .success(handler) }
        let hint = nearestName(to: opening.channel, in: state.withLock { $0.handlers.keys.sorted() })
        let suggestion = hint.map { " Did you mean \"\($0)\"?" } ?? ""
        return .failure(
            WireError(.noHandler, "the host takes no streams on \"\(opening.channel.prefix(200))\".\(suggestion)"))
    }

    private func find(_ channel: String) -> StreamHandler? { state.withLock { $0.handlers[channel] } }
}
