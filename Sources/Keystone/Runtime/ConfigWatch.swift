internal import KeystoneCore
internal import KeystoneSupport

/// In development: says what a saved configuration file means for the running app, which keeps the one it started with.
@MainActor
final class ConfigWatch {
    private let directory: String
    private var known: KeystoneConfig
    private var watch: AnyObject?
    private var check: Task<Void, Never>?
    private let log = Logger("host")

    init(directory: String, config: KeystoneConfig) {
        self.directory = directory
        known = config
    }

    func start(on platform: any Platform) {
        do {
            watch = try platform.watchDirectory(directory) { [weak self] name in
                if ConfigLoader.fileNames.contains(name) { self?.changed() }
            }
        } catch {
            log.debug("changes of the configuration won't be noticed: \(error)")
        }
    }

    /// An editor writes a file in several steps: only the last of them counts.
    private func changed() {
        check?.cancel()
        check = Task { [weak self] in
            do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
            self?.report()
        }
    }

    private func report() {
        let loaded = ConfigLoader.load(appDirectory: directory)
        for diagnostic in loaded.diagnostics {
            log.log(diagnostic.severity == .error ? .error : .warning, "\(diagnostic)")
        }
        guard !loaded.hasErrors, loaded.config != known else { return }
        known = loaded.config
        log.info("the configuration was changed; it takes effect when the app starts again")
    }
}
