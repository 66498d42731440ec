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
}
