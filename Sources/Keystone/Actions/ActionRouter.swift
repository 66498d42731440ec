package import KeystoneProtocol
internal import KeystoneSupport

/// The one path of all actions: the built-in ones first, then everybody who listens, each exactly once.
@MainActor
package final class ActionRouter {
    package typealias Listener = @MainActor (_ action: String, _ source: ActionSource) -> Void

    /// Answers whether it knew the action.
    var builtIn: (@MainActor (String, ActionSource) -> Bool)?
    /// Delivers to the services' `onAction`.
    var forwardToServices: Listener?
    private var unhandled: [Listener] = []
    private let log = Logger("host")

    package init() {}

    /// Adds a listener for every action that isn't built in.
    package func onUnhandled(_ listener: @escaping Listener) {
        unhandled.append(listener)
    }

    /// - Parameter servicesHaveIt: The services were given the action already: it came by way of Bun.
    package func dispatch(_ action: String, source: ActionSource, servicesHaveIt: Bool) {
        guard !action.isEmpty, action.utf8.count <= 1024 else {
            log.warning("dropped an action of \(action.utf8.count) bytes from \(source.text)")
            return
        }
        log.debug("action \(action) from \(source.text)")
        if !servicesHaveIt { forwardToServices?(action, source) }
        if builtIn?(action, source) == true { return }
        for listener in unhandled { listener(action, source) }
    }
}
