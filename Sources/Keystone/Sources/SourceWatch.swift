internal import KeystoneBuild
internal import KeystoneCore
internal import KeystoneSupport

/// Tells when an app's Swift sources were saved: once for a save, though an editor writes in several steps.
///
/// Watches `app/` and `plugins/` with the directories below, and that of the scripts, those too that are made later.
@MainActor
final class SourceWatch {
    /// What an editor takes between its steps; a save is noticed no sooner.
    private static let quiet = Duration.milliseconds(30)

    private let directory: String
    private let scripts: String?
    private let platform: any Platform
    private let onSave: @MainActor () -> Void
    private var watches: [String: AnyObject] = [:]
    private var pending: Task<Void, Never>?
    private let log = Logger("build")

    /// Watches for as long as the object is kept.
    init(
        _ directory: String, scripts: String? = nil, on platform: any Platform, onSave: @escaping @MainActor () -> Void
    ) {
        self.directory = directory
        self.scripts = scripts
        self.platform = platform
        self.onSave = onSave
        let scriptsPlace = scripts.map { parentDirectory(of: $0) }
        watch(directory) { name in
            name == "app" || name == "plugins" || scriptsPlace == directory && scripts == "\(directory)/\(name)"
        }
        if let scriptsPlace, scriptsPlace != directory {
            watch(scriptsPlace) { scripts == "\(scriptsPlace)/\($0)" }
        }
        watchSources()
    }

    /// Begins to watch directories that are new. Answers whether there were any: they may hold sources already.
    @discardableResult
    private func watchSources() -> Bool {
        var found = NativeProject.sourceDirectories(of: directory)
        if let scripts, fileExists(scripts) { found.append(scripts) }
        let new = found.filter { watches[$0] == nil }
        for path in new { watch(path) { !$0.hasPrefix(".") } }
        let there = Set(found + [directory] + [scripts.map { parentDirectory(of: $0) }].compactMap { $0 })
        watches = watches.filter { there.contains($0.key) }
        return !new.isEmpty
    }

    private func watch(_ path: String, _ isMeant: @escaping @MainActor (_ name: String) -> Bool) {
        do {
            watches[path] = try platform.watchDirectory(path) { [weak self] name in
                if isMeant(name) { self?.changed(name, in: path) }
            }
        } catch {
            log.warning("changes of Swift sources in \(path) won't be noticed: \(error)")
        }
    }

    private func changed(_ name: String, in path: String) {
        // Anything but a source may be a directory that came or went.
        guard name.hasSuffix(".swift") || watchSources() || path == directory || scripts?.hasPrefix(path + "/") == true
        else { return }
        pending?.cancel()
        pending = Task { [weak self] in
            do { try await Task.sleep(for: Self.quiet) } catch { return }
            self?.onSave()
        }
    }
}
