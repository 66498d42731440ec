internal import KeystoneSupport

/// What an app's own code and its plugins hear of the app's life.
@MainActor
final class LifecycleEvents {
    let beforeRun = Listeners<@MainActor () throws -> Void>()
    let shutdown = Listeners<@MainActor () async -> Void>()
    let bunCrash = Listeners<@MainActor (_ exitCode: Int) -> Void>()
    let bunRestart = Listeners<@MainActor (_ attempt: Int) -> Void>()
    let webViewCrash = Listeners<@MainActor (_ windowID: String) -> Void>()
    let windowCreated = Listeners<@MainActor (ManagedWindow) -> Void>()
    let servicePush = Listeners<@MainActor (_ channel: String, _ data: JSONValue) -> Void>()
    /// `onBeforeRun` is over.
    var isRunning = false

    /// All that the listeners of the app's end may take together.
    static let shutdownLimit = Duration.seconds(5)

    /// Calls all listeners, in their order up to where each first waits; then they go on side by side, since one that hangs
    /// must not take another's time.
    func tellShutdown(limit: Duration = shutdownLimit) async {
        let listeners = shutdown.active
        guard !listeners.isEmpty else { return }
        let ended = await bounded(by: limit) {
            await withTaskGroup { group in
                for listener in listeners {
                    group.addImmediateTask {
                        await RegistrationOwner.$current.withValue(listener.owner) { await listener.body() }
                    }
                }
            }
        }
        if !ended { Logger("app").warning("a listener of onShutdown took over \(limit); it is not waited for") }
    }
}
