internal import KeystoneBuild
internal import KeystoneCore
internal import KeystonePlugins
internal import KeystoneSupport

/// Scripts are plugins whose libraries are made of `scripts/*.swift`.
extension ApplicationRuntime {
    /// Where the app's scripts lie, absolute; `nil` where it has none.
    var scriptDirectory: String? {
        guard config.scripts.enabled else { return nil }
        return config.scripts.dir.hasPrefix("/") ? config.scripts.dir : "\(rootDirectory)/\(config.scripts.dir)"
    }

    /// In development: makes the directory where it is missing and the configuration wants that.
    func prepareScripts() {
        guard launch.isDevelopment, config.scripts.autoCreateDir, let scriptDirectory, !fileExists(scriptDirectory)
        else {
            return
        }
        do {
            try makeDirectories(scriptDirectory)
            log.info("made \(scriptDirectory), for scripts")
        } catch {
            log.warning("the directory of scripts can't be made: \(error)")
        }
    }
}

extension PluginDirectory {
    /// Where the libraries of an app's scripts lie, for the loader; `nil` where it has none. It comes behind all others.
    static func scripts(_ config: KeystoneConfig, rootDirectory: String) -> PluginDirectory? {
        guard config.scripts.enabled else { return nil }
        return PluginDirectory(origin: .bundled, path: NativeProject.scriptLibraries(of: rootDirectory))
    }
}
