internal import KeystoneSupport

/// What the loader knows of one library.
@MainActor
struct PluginRecord {
    var file: PluginFile
    /// In service once it `isStarted`.
    var generation: (any PluginGeneration)?
    var isStarted = false
    /// The version of the file that was mapped last, whatever became of it; `nil` where it could not be.
    var stamp: FileStamp?
    /// That version is not in service, and is tried again with the next change of what needs it or is needed by it.
    var isOutdated = false
    /// Why that version is not in service.
    var lastError: PluginError?

    init(file: PluginFile) {
        self.file = file
    }

    var inService: (any PluginGeneration)? { isStarted ? generation : nil }
}
