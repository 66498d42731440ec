internal import KeystoneCore
internal import KeystoneSupport

/// In development: what a saved configuration means for the running app, which keeps the one it started with.
extension ApplicationRuntime {
    /// Names in the bun root that the runtime reads at its start alone.
    private static let bunStartFiles = ["keystone.config.ts", "keystone.config.js", "host.ts", "host.js"]

    func watchConfiguration() {
        var known = config
        let app = SaveWatch(ConfigLoader.fileNames, in: rootDirectory, on: platform) { [weak self] _ in
            guard let self else { return }
            let loaded = configuration.load()
            for diagnostic in loaded.diagnostics {
                log.log(diagnostic.severity == .error ? .error : .warning, "\(diagnostic)")
            }
            guard !loaded.hasErrors, loaded.config != known else { return }
            known = loaded.config
            log.info("the configuration was changed; it takes effect when the app starts again")
        }
        watches.append(app)
        guard let bun, let root = config.bun?.root else { return }
        let services = SaveWatch(Self.bunStartFiles, in: rootDirectory + "/" + root, on: platform) { [weak self] name in
            guard bun.hasFailed else {
                self?.log.info("\(name) was saved; it takes effect when the app starts again")
                return
            }
            self?.log.info("\(name) was saved; starting Bun again")
            bun.restart()
        }
        watches.append(services)
    }
}
