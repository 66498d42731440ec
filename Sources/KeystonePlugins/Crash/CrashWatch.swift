internal import CCrashReport
internal import Glibc
package import KeystoneSigning
package import KeystoneSupport

/// Sees to it that a crash in a plugin's code leaves a report that names the plugin.
///
/// A fatal signal (a Swift trap is one) is handled on whatever thread it happens: the innermost function on the stack
/// that belongs to a plugin is to blame. The report is written, then the signal does what it would have done anyway. What
/// it can't do: a stack that overflows on a thread other than the main one leaves no room to run the handler, and after
/// an `await` the callers of before are not on the stack any more.
package struct CrashWatch: Sendable {
    /// Where this process's report would lie.
    package let reportPath: String

    /// Installs the handlers, once in a process.
    /// - Parameters:
    ///   - directory: For the reports; made if it is missing.
    ///   - appID: Goes into the report.
    @MainActor
    package init(directory: String, appID: String) throws(SystemError) {
        try makeDirectories(directory, private: true)
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        reportPath = "\(directory)/\(now.tv_sec)-\(getpid())\(CrashReport.suffix)"
        let head = CrashWatch.members([
            ("keystoneCrash", JSONValue(CrashReport.version)), ("framework", .string(frameworkVersion)),
            ("app", .string(appID)),
        ])
        let error = ks_crash_start(reportPath, head)
        guard error == 0 else { throw SystemError(code: error, operation: "sigaction") }
    }

    /// From now on the image's code is its plugin's.
    /// - Parameter content: Of the file that `image` was made of, as it was checked.
    package func add(_ image: PluginImage, content: ContentHash) {
        let text = CrashWatch.text(image.file, generation: image.generation, content)
        let label = CrashWatch.label(image.file, generation: image.generation)
        // Without memory for this, the next thing fails loudly.
        _ = ks_crash_add(image.code.lowerBound, image.code.upperBound, text, image.mappedPath, label)
    }

    /// Runs `body`, which maps the library: code that runs meanwhile on this thread and belongs to no known plugin
    /// (initialisers) is this one's. One library at a time.
    package func whileMapping<Result, Failure: Error>(
        _ library: CheckedLibrary, generation: Int, from path: String, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let text = CrashWatch.text(library.file, generation: generation, library.content)
        _ = ks_crash_mapping(text, path, CrashWatch.label(library.file, generation: generation))
        defer { ks_crash_mapped() }
        return try body()
    }

    private static func text(_ file: PluginFile, generation: Int, _ content: ContentHash) -> String {
        members([
            ("plugin", .string(file.name)), ("generation", JSONValue(generation)), ("library", .string(file.path)),
            ("content", .string("\(content)")),
        ])
    }

    private static func label(_ file: PluginFile, generation: Int) -> String {
        "\(quoted(file.name)), generation \(generation)"
    }

    /// The members of an object, without its braces, in one line.
    private static func members(_ members: [(String, JSONValue)]) -> String {
        String("\(JSONValue.object(JSONObject(members)))".dropFirst().dropLast())
    }
}
