internal import KeystoneSupport

/// A plugin's library that was checked and may be mapped.
struct PluginCandidate: Sendable {
    let library: CheckedLibrary
    let facts: LibraryFacts
    /// The file's version that was checked.
    let stamp: FileStamp

    var file: PluginFile { library.file }

    /// Reads and checks a library; none of it runs.
    init(_ file: PluginFile, trust: PluginTrust, quarantine: PluginQuarantine?) throws(PluginError) {
        guard let before = FileStamp(file.path) else { throw .gone(file) }
        let checked = try trust.check(file)
        // Linkers make the file as long as it will be, and fill it then: its length says nothing.
        let isBeingWritten = isOpenForWriting(checked.descriptor.number) || FileStamp(file.path) != before
        guard !isBeingWritten else { throw .beingWritten(file) }
        library = checked
        if let refusal = quarantine?.refusal(of: library) { throw refusal }
        stamp = before
        facts = try LibraryFacts(library.bytes, file: file)
        try facts.checkEntry(file: file)
    }

    /// The plugins among what it needs: their names, by the words that it uses for them.
    func dependencies(in files: [PluginFile]) -> [String: String] { file.plugins(among: facts.needed, in: files) }
}

extension PluginFile {
    /// The plugins among the libraries that a plugin needs: their names, by the words that it uses for them.
    func plugins(among libraries: [String], in files: [PluginFile]) -> [String: String] {
        var found: [String: String] = [:]
        for needed in libraries {
            let base = needed.split(separator: "/").last.map { String($0) } ?? needed
            // A library that comes with the app never depends on somebody else's that happens to have the name.
            let match = files.first { $0.baseName == base && $0.origin <= origin }
            if let match { found[needed] = match.name }
        }
        return found
    }
}

extension PluginError {
    static func beingWritten(_ file: PluginFile) -> PluginError {
        PluginError(.notALibrary, file: file.path, "it is still being written; it is looked at again when that is done")
    }

    static func gone(_ file: PluginFile) -> PluginError {
        PluginError(.notALibrary, file: file.path, "it is gone; build it again")
    }
}
