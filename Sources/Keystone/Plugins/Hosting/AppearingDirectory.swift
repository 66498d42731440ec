internal import KeystoneCore
internal import KeystonePlugins
internal import KeystoneSupport

/// Watches a directory that may not be there yet, or may go and come again: then all that is in it counts as changed.
@MainActor
final class AppearingDirectory {
    private let path: String
    private let platform: any Platform
    private let onChange: @MainActor (_ name: String) -> Void
    private var watch: AnyObject?
    /// Of the nearest directory above that is there.
    private var above: AnyObject?
    private let log = Logger("plugins")

    init(_ path: String, on platform: any Platform, onChange: @escaping @MainActor (_ name: String) -> Void) {
        self.path = path
        self.platform = platform
        self.onChange = onChange
        look(tellEntries: false)
    }

    private func look(tellEntries: Bool) {
        guard watch == nil else { return }
        if fileExists(path) {
            watchItself(tellEntries)
        } else {
            watchAbove()
        }
    }

    private func watchItself(_ tellEntries: Bool) {
        above = nil
        do {
            watch = try platform.watchDirectory(path) { [weak self] (event: DirectoryEvent) in self?.receive(event) }
            if tellEntries { for name in try directoryEntries(path) { onChange(name) } }
        } catch {
            log.warning("changes in \(path) won't be noticed: \(error)")
        }
    }

    private func receive(_ event: DirectoryEvent) {
        switch event {
        case .changed(let name): onChange(name)
        case .gone:
            watch = nil
            look(tellEntries: true)
        case .unnamed: break
        }
    }

    private func watchAbove() {
        var directory = parentDirectory(of: path)
        while !fileExists(directory), directory != "/" { directory = parentDirectory(of: directory) }
        do {
            above = try platform.watchDirectory(directory) { [weak self] (_: String) in self?.look(tellEntries: true) }
        } catch {
            return log.debug("\(path) won't be noticed when it appears: \(error)")
        }
        // It came while the watch was made.
        if fileExists(path) { look(tellEntries: true) }
    }
}
