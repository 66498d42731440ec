package import KeystoneProtocol
internal import KeystoneSupport

/// Which services an action goes to.
package enum ActionAudience: Sendable, Hashable {
    /// Those of main Bun and of all workers.
    case allServices
    /// Those of workers: main Bun's had it already.
    case workers
    /// None: a service sent it, and what a service sends is for the host.
    case host
}

/// The one path of all actions: the built-in ones first, then everybody who listens, each exactly once.
@MainActor
package final class ActionRouter {
    package typealias Listener = @MainActor (_ action: String, _ source: ActionSource) -> Void

    /// Answers whether it knew the action.
    var builtIn: (@MainActor (String, ActionSource) -> Bool)?
    /// Delivers to the services' `onAction`.
    var forwardToMain: Listener?
    var forwardToWorkers: Listener?
    private var unhandled: [Listener] = []
    private let log = Logger("host")

    package init() {}

    /// Adds a listener for every action that isn't built in.
    package func onUnhandled(_ listener: @escaping Listener) {
        unhandled.append(listener)
    }

    package func dispatch(_ action: String, source: ActionSource, to audience: ActionAudience = .allServices) {
        guard !action.isEmpty, action.utf8.count <= 1024 else {
            log.warning("dropped an action of \(action.utf8.count) bytes from \(source.text)")
            return
        }
        log.debug("action \(action) from \(source.text)")
        if audience == .allServices { forwardToMain?(action, source) }
        if audience != .host { forwardToWorkers?(action, source) }
        if builtIn?(action, source) == true { return }
        for listener in unhandled { listener(action, source) }
    }
}
