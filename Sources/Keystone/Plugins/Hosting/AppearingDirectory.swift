internal import KeystoneCore
internal import KeystonePlugins
internal import KeystoneSupport

/// Watches a directory that may not be there yet, or may go and come again. All that is in it counts as changed when the
/// watch begins.
@MainActor
final class AppearingDirectory {
    private let path: String
    private let platform: any Platform
    private let onChange: @MainActor (_ name: String) -> Void
    private var watch: AnyObject?
    /// Of the nearest directory above that is there.
    private var above: AnyObject?
    private var watchedAbove = ""
    private let log = Logger("plugins")

    init(_ path: String, on platform: any Platform, onChange: @escaping @MainActor (_ name: String) -> Void) {
        self.path = path
        self.platform = platform
        self.onChange = onChange
        look()
    }

    private func look() {
        guard watch == nil else { return }
        if fileExists(path) {
            watchItself()
        } else {
            watchAbove()
        }
    }

    private func watchItself() {
        above = nil
        do {
            watch = try platform.watchDirectory(path) { [weak self] (event: DirectoryEvent) in self?.receive(event) }
            for name in try directoryEntries(path) { onChange(name) }
        } catch {
            log.warning("changes in \(path) won't be noticed: \(error)")
        }
    }

    private func receive(_ event: DirectoryEvent) {
        switch event {
        case .changed(let name): onChange(name)
        case .gone:
            watch = nil
            look()
        case .unnamed: break
        }
    }

    private func watchAbove() {
        let directory = nearest
        guard above == nil || directory != watchedAbove else { return }
        watchedAbove = directory
        do {
            above = try platform.watchDirectory(directory) { [weak self] (_: String) in self?.look() }
        } catch {
            return log.debug("\(path) won't be noticed when it appears: \(error)")
        }
        // It, or one on the way to it, came while the watch was made.
        if fileExists(path) || nearest != directory { look() }
    }

    /// The directory above that is there.
    private var nearest: String {
        var directory = parentDirectory(of: path)
        while !fileExists(directory), directory != "/" { directory = parentDirectory(of: directory) }
        return directory
    }
}
