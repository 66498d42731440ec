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
    /// The version in service.
    var servedStamp: FileStamp?
    /// Why the version that was mapped last is not in service.
    var lastError: PluginError?
    /// The libraries that it needs, in its own words; none where it could not be read.
    var needed: [String] = []

    init(file: PluginFile) {
        self.file = file
    }

    /// Its generation, made of the version that was mapped last, has started.
    mutating func comeIntoService() {
        isStarted = true
        isOutdated = false
        servedStamp = stamp
    }

    var inService: (any PluginGeneration)? { isStarted ? generation : nil }
}
