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
        library = try trust.check(file)
        if let refusal = quarantine?.refusal(of: library) { throw refusal }
        guard FileStamp(file.path) == before else {
            throw PluginError(
                .notALibrary, file: file.path, "it is still being written; it is looked at again when that is done")
        }
        stamp = before
        facts = try LibraryFacts(library.bytes, file: file)
        try facts.checkEntry(file: file)
    }

    /// The plugins among what it needs: their names, by the words that it uses for them.
    func dependencies(in files: [PluginFile]) -> [String: String] {
        var found: [String: String] = [:]
        for needed in facts.needed {
            let base = needed.split(separator: "/").last.map { String($0) } ?? needed
            // A library that comes with the app never depends on somebody else's that happens to have the name.
            let match = files.first { $0.baseName == base && $0.origin <= file.origin }
            if let match { found[needed] = match.name }
        }
        return found
    }
}

extension PluginError {
    static func gone(_ file: PluginFile) -> PluginError {
        PluginError(.notALibrary, file: file.path, "it is gone; build it again")
    }
}
