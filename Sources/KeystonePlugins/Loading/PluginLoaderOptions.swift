package import KeystoneSupport

/// Where plugins come from and how they are treated.
package struct PluginLoaderOptions: Sendable {
    package var directories: [PluginDirectory]
    /// Copies go into a directory of the process's own below this one.
    package var shadowDirectory: String
    /// False, as in packages: files are mapped where they lie, and changes are ignored.
    package var hotReload: Bool
    /// How long a file must have been quiet before it is looked at.
    package var debounce: Duration = .milliseconds(200)
    /// How long a file must have been gone before its plugin is unloaded: some linkers remove it first and write it last.
    package var removalDelay: Duration = .seconds(1)
    package var trust: PluginTrust
    /// Libraries that ended the app before.
    package var quarantine: PluginQuarantine?
    /// Is told whose code lies where.
    package var crashWatch: CrashWatch?
    /// How long after a reload its objects are looked for; after the last time, those that are left are reported.
    package var leakChecks: [Duration] = [.seconds(1), .seconds(5), .seconds(30)]
    package var time: any TimeSource = SystemTime()
    /// Rewrites names in libraries; a path, or a name to be found in `PATH`.
    package var patchelf = "patchelf"

    package init(directories: [PluginDirectory], shadowDirectory: String, hotReload: Bool, trust: PluginTrust) {
        self.directories = directories
        self.shadowDirectory = shadowDirectory
        self.hotReload = hotReload
        self.trust = trust
    }
}
