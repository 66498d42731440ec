internal import KeystoneSupport

/// Copies, rewrites and maps libraries. It blocks for as long as that takes.
struct LibraryMapper: Sendable {
    private let shadow: ShadowDirectory?
    private let patchelf: Patchelf
    private let natives: NativeLibraries

    /// `shadow`: where copies go; without one, files are mapped where they lie.
    init(shadow: ShadowDirectory?, patchelf: String, trust: PluginTrust) {
        self.shadow = shadow
        self.patchelf = Patchelf(patchelf)
        natives = NativeLibraries(shadow: shadow, trust: trust)
    }

    /// Maps a generation. `dependencies`: the images of the plugins that it needs, by the words it uses for them.
    func map(
        _ candidate: PluginCandidate, generation: Int, dependencies: [String: PluginImage]
    ) throws(PluginError) -> PluginImage {
        let (file, facts) = (candidate.file, candidate.facts)
        let path = try place(candidate, generation: generation, dependencies: dependencies)
        try natives.open(neededBy: facts, of: file, except: Set(dependencies.keys))
        let entry: (address: UInt, call: @MainActor @Sendable () -> UnsafeMutableRawPointer)
        do {
            entry = try SystemLoader.entry(of: SystemLoader.open(path))
        } catch {
            throw PluginError(error, file: file)
        }
        let base = entry.address &- UInt(facts.entry ?? 0)
        return PluginImage(
            file: file, generation: generation, mappedPath: path, mappedBytes: facts.mappedBytes,
            code: base
                &+ UInt(facts.code.lowerBound)..<max(
                    base &+ UInt(facts.code.upperBound), base &+ UInt(facts.code.lowerBound)),
            dependencies: Set(dependencies.values.map(\.file.name)).sorted(), makeExport: entry.call)
    }

    /// The file to be mapped.
    private func place(
        _ candidate: PluginCandidate, generation: Int, dependencies: [String: PluginImage]
    ) throws(PluginError) -> String {
        let file = candidate.file
        guard let shadow else { return file.path }
        let path = shadow.path(for: file, generation: generation)
        do {
            try shadow.prepare(file.origin, originals: parentDirectory(of: file.path))
            try SmallFile.replace(path, with: candidate.library.bytes)
        } catch {
            throw PluginError(.loading, file: file.path, "can't be copied to \(path) (\(error.reason))")
        }
        // The system's loader takes a library for one that is mapped already by its path, its SONAME or its inode. Copies
        // are mapped by their paths, so that only who needs one must be rewritten: the copies' own SONAMEs never count.
        for (needed, image) in dependencies.sorted(by: { $0.key < $1.key }) {
            do {
                try patchelf.replaceNeeded(needed, with: image.mappedPath, in: path)
            } catch {
                throw PluginError(.loading, file: file.path, error.message)
            }
        }
        return path
    }
}

extension PluginError {
    init(_ failure: SystemLoader.Failure, file: PluginFile) {
        switch failure {
        case .missingLibrary(let name):
            let native = parentDirectory(of: file.path) + "/native/" + name
            self.init(
                .missingDependency, file: file.path,
                fileExists(native)
                    ? "needs \(name), and \(native) has no such SONAME: link that with `-Wl,-soname,\(name)`"
                    : "needs \(name), which is not there: put it into native/ beside the plugin, or install it")
        case .missingSymbol(let symbol):
            self.init(
                .incompatible, file: file.path,
                "needs \(symbol), which this version of the framework or of a plugin that it uses does not have: "
                    + "build it again with `keystone build --plugins`")
        case .other(let message):
            self.init(.loading, file: file.path, "can't be loaded: \(message)")
        }
    }
}
