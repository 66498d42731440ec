internal import KeystoneBuild
internal import KeystoneCore
internal import KeystoneSupport

/// Tells when an app's Swift sources were saved: once for a save, though an editor writes in several steps.
///
/// Watches `app/` and `plugins/` with the directories below, those too that are made later.
@MainActor
final class SourceWatch {
    /// What an editor takes between its steps; a save is noticed no sooner.
    private static let quiet = Duration.milliseconds(30)

    private let directory: String
    private let platform: any Platform
    private let onSave: @MainActor () -> Void
    private var watches: [String: AnyObject] = [:]
    private var pending: Task<Void, Never>?
    private let log = Logger("build")

    /// Watches for as long as the object is kept.
    init(_ directory: String, on platform: any Platform, onSave: @escaping @MainActor () -> Void) {
        self.directory = directory
        self.platform = platform
        self.onSave = onSave
        watch(directory) { $0 == "app" || $0 == "plugins" }
        watchSources()
    }

    /// Begins to watch directories that are new. Answers whether there were any: they may hold sources already.
    @discardableResult
    private func watchSources() -> Bool {
        let found = NativeProject.sourceDirectories(of: directory)
        let new = found.filter { watches[$0] == nil }
        for path in new { watch(path) { !$0.hasPrefix(".") } }
        let there = Set(found + [directory])
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
        guard name.hasSuffix(".swift") || watchSources() || path == directory else { return }
        pending?.cancel()
        pending = Task { [weak self] in
            do { try await Task.sleep(for: Self.quiet) } catch { return }
            self?.onSave()
        }
    }
}
