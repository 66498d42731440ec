package import KeystoneCore
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
    /// What pages may send straight to the host; `nil` where Bun is the way, and checks its allow-list.
    var directPolicy: ActionPolicy?
    private let unhandled = Listeners<Listener>()
    private let log = Logger("host")
    private var refusals = LogThrottle()

    package init() {}

    /// Adds a listener for every action that isn't built in.
    package func onUnhandled(owner: RegistrationOwner? = nil, _ listener: @escaping Listener) {
        unhandled.add(listener, owner: owner)
    }

    /// An action that a page sent without Bun. Throws `WireError` `FORBIDDEN` where it may not.
    func dispatchDirect(_ action: String, windowID: String) throws(WireError) {
        guard let directPolicy else {
            throw WireError(.forbidden, "actions go by way of Bun, which checks them: call action(\"\(action)\")")
        }
        guard directPolicy.allows(action) else {
            refusals.log(
                .warning,
                "action \"\(action)\" of window:\(windowID) was dropped: security.allowedActions doesn't have it",
                to: log)
            throw WireError(
                .forbidden,
                "action \"\(action)\" is not allowed; add it to security.allowedActions in keystone.config.ts")
        }
        dispatch(action, source: .window(windowID))
    }

    /// Throws `WireError` `BAD_REQUEST` for what can't be an action.
    nonisolated static func check(_ action: String) throws(WireError) {
        guard !action.isEmpty, action.utf8.count <= 1024 else {
            throw WireError(.badRequest, "an action is a text of 1 to 1024 bytes, not of \(action.utf8.count)")
        }
    }

    package func dispatch(_ action: String, source: ActionSource, to audience: ActionAudience = .allServices) {
        do {
            try Self.check(action)
        } catch {
            return log.warning("dropped an action from \(source.text): \(error.message)")
        }
        log.debug("action \(action) from \(source.text)")
        if audience == .allServices { forwardToMain?(action, source) }
        if audience != .host { forwardToWorkers?(action, source) }
        if builtIn?(action, source) == true { return }
        for listener in unhandled.active { listener.run { $0(action, source) } }
    }
}
