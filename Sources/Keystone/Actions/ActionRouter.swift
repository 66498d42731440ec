package import KeystoneProtocol
internal import KeystoneSupport

/// The one path of all actions: the built-in ones first, then everybody who listens, each exactly once.
@MainActor
package final class ActionRouter {
    package typealias Listener = @MainActor (_ action: String, _ source: ActionSource) -> Void

    /// Answers whether it knew the action.
    var builtIn: (@MainActor (String, ActionSource) -> Bool)?
    /// Delivers to the services' `onAction`, but for those of one process.
    var forwardToServices: (@MainActor (_ action: String, _ source: ActionSource, _ except: String?) -> Void)?
    private var unhandled: [Listener] = []
    private let log = Logger("host")

    package init() {}

    /// Adds a listener for every action that isn't built in.
    package func onUnhandled(_ listener: @escaping Listener) {
        unhandled.append(listener)
    }

    /// - Parameter process: The process that the action comes from, whose services were given it already: a worker's
    ///   name, or `Relay.main`.
    package func dispatch(_ action: String, source: ActionSource, from process: String? = nil) {
        guard !action.isEmpty, action.utf8.count <= 1024 else {
            log.warning("dropped an action of \(action.utf8.count) bytes from \(source.text)")
            return
        }
        log.debug("action \(action) from \(source.text)")
        forwardToServices?(action, source, process)
        if builtIn?(action, source) == true { return }
        for listener in unhandled { listener(action, source) }
    }
}
