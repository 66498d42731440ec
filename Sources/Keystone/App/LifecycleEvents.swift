/// What an app's own code hears of the app's life.
@MainActor
final class LifecycleEvents {
    var beforeRun: [@MainActor () throws -> Void] = []
    var shutdown: [@MainActor () async -> Void] = []
    var bunCrash: [@MainActor (_ exitCode: Int) -> Void] = []
    var bunRestart: [@MainActor (_ attempt: Int) -> Void] = []
    var webViewCrash: [@MainActor (_ windowID: String) -> Void] = []
    var windowCreated: [@MainActor (ManagedWindow) -> Void] = []
}
