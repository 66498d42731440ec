package import KeystoneCore
package import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// The app's handlers of streams that its processes open, by channel. Usable from any thread.
package final class StreamHandlers: Sendable {
    private struct State {
        var handlers: [String: OwnedValues<StreamHandler>] = [:]
        var isComplete = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Adds a handler; one that was there before is replaced, or, where that is another owner's, waits below it.
    package func handle(
        _ channel: String, owner: RegistrationOwner? = nil, _ handler: @escaping StreamHandler
    ) {
        state.withLock { $0.handlers[channel, default: OwnedValues()].set(handler, owner: owner) }
        owner?.held(by: self) { [weak self] in self?.removeHandlers(of: owner) }
    }

    /// Removes a handler; streams that it runs with go on.
    package func remove(_ channel: String) {
        state.withLock { $0.handlers[channel] = nil }
    }

    private func removeHandlers(of owner: RegistrationOwner?) {
        guard let owner else { return }
        let before = state.withLock { state in
            let before = state.handlers
            for channel in state.handlers.keys {
                state.handlers[channel]?.remove(owner: owner)
                if state.handlers[channel]?.isEmpty == true { state.handlers[channel] = nil }
            }
            return before
        }
        _ = before
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

    private func find(_ channel: String) -> StreamHandler? { state.withLock { $0.handlers[channel]?.current } }
}
