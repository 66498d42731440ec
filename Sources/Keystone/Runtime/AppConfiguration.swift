internal import KeystoneCore
internal import KeystoneSupport

/// How an app's configuration comes about: built-in values, under the file, under the app's own code, under the
/// environment.
@MainActor
struct AppConfiguration {
    /// The app's, absolute.
    let directory: String
    /// What the app's own code says, and which errors of the file no longer matter with it.
    var adjust: (inout LoadedConfig) -> Void = { _ in }

    func load() -> LoadedConfig {
        var loaded = ConfigLoader.load(appDirectory: directory)
        adjust(&loaded)
        ConfigLoader.override(&loaded, ProcessEnvironment.current)
        return loaded
    }
}
