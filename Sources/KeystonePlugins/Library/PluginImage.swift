/// One generation of a plugin's library, mapped into the process. It stays mapped: the Swift runtime can't let go of an
/// image.
package final class PluginImage: Sendable {
    package let file: PluginFile
    /// 1 for the first version of this run, and one more with every reload.
    package let generation: Int
    /// What is mapped: a copy, or the file itself where nothing is reloaded.
    package let mappedPath: String
    /// The sum of the file's loadable segments.
    package let mappedBytes: Int
    /// The addresses of its code.
    package let code: Range<UInt>
    /// Names of other plugins that it needs.
    package let dependencies: [String]
    /// Calls the library's `keystone_plugins`: a retained object of the framework's, which the caller takes over.
    package let makeExport: @MainActor @Sendable () -> UnsafeMutableRawPointer

    package init(
        file: PluginFile, generation: Int, mappedPath: String, mappedBytes: Int, code: Range<UInt>,
        dependencies: [String], makeExport: @escaping @MainActor @Sendable () -> UnsafeMutableRawPointer
    ) {
        self.file = file
        self.generation = generation
        self.mappedPath = mappedPath
        self.mappedBytes = mappedBytes
        self.code = code
        self.dependencies = dependencies
        self.makeExport = makeExport
    }
}
