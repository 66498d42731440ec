internal import KeystoneCore
internal import KeystoneSupport

/// Tells when one of some files in a directory was saved: once a save, though an editor writes in several steps.
@MainActor
final class SaveWatch {
    private let onSave: @MainActor (_ name: String) -> Void
    private var watch: AnyObject?
    private var quiet: [String: Task<Void, Never>] = [:]

    /// Watches for as long as the object is kept. A directory that can't be watched is only worth a debug line.
    init(
        _ names: [String], in directory: String, on platform: any Platform,
        onSave: @escaping @MainActor (_ name: String) -> Void
    ) {
        self.onSave = onSave
        do {
            watch = try platform.watchDirectory(directory) { [weak self] name in
                if names.contains(name) { self?.changed(name) }
            }
        } catch {
            Logger("host").debug("changes of \(names.joined(separator: ", ")) won't be noticed: \(error)")
        }
    }

    private func changed(_ name: String) {
        quiet[name]?.cancel()
        quiet[name] = Task { [weak self] in
            do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
            self?.onSave(name)
        }
    }
}
