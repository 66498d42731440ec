internal import KeystoneCore

/// Watching the file system.
extension CoreContext {
    /// Tells what changes directly in a directory: entries that were made, changed, moved or removed, not those further
    /// down. Watching begins before this returns, so that what is listed afterwards is never older than what is told.
    ///
    /// ```swift
    /// for await changes in try context.watchDirectory("/home/me/Downloads") {
    ///     for name in changes.names { look(at: name) }
    /// }
    /// ```
    ///
    /// What comes while the loop's body runs is gathered, each name once, and told the next time: a slow reader costs no
    /// memory. For one reader. The sequence ends when the reading task is cancelled, when the directory is removed, moved
    /// or unmounted, and when the plugin whose context it is has been replaced by a new version.
    ///
    /// - Throws: `PlatformError` where the directory can't be watched.
    /// - Note: *Linux*: inotify through GIO. Further changes of one file's content within 800 ms are told together.
    public func watchDirectory(_ path: String) throws -> AsyncStream<DirectoryChanges> {
        let watch = DirectoryWatch()
        try watch.start(path, on: runtime.platform)
        if let owner { runtime.pluginWatches.add(watch, of: owner) }
        return AsyncStream(unfolding: { await watch.next() }, onCancel: { watch.finish() })
    }
}
