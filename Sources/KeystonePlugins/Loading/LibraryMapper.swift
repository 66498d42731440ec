internal import KeystoneSupport

/// Copies, rewrites and maps libraries.
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

    /// A library that lies where it is mapped from.
    struct Prepared: Sendable {
        let candidate: PluginCandidate
        let generation: Int
        let path: String
        /// Libraries in `native/` that are mapped ahead of it, in this order.
        let natives: [NativeLibraries.Prepared]
        /// Names of the plugins that it needs.
        let dependencies: [String]
    }

    /// Copies a library and rewrites what it needs: `dependencies` are the plugins that it needs and where those are mapped
    /// from, by the words that it uses for them. Blocks for as long as that takes.
    func prepare(
        _ candidate: PluginCandidate, generation: Int, dependencies: [String: (name: String, path: String)]
    ) throws(PluginError) -> Prepared {
        let natives = try natives.prepare(
            neededBy: candidate.facts, of: candidate.file, except: Set(dependencies.keys))
        let path = try place(candidate, generation: generation, dependencies: dependencies.mapValues(\.path))
        return Prepared(
            candidate: candidate, generation: generation, path: path, natives: natives,
            dependencies: Set(dependencies.values.map(\.name)).sorted())
    }

    /// Maps a library; its initialisers run, if it has some.
    @MainActor
    func map(_ prepared: Prepared, watch: CrashWatch?) throws(PluginError) -> PluginImage {
        let (library, facts) = (prepared.candidate.library, prepared.candidate.facts)
        let entry: SystemLoader.Entry
        if let watch {
            entry = try watch.whileMapping(library, generation: prepared.generation, from: prepared.path) {
                () throws(PluginError) in try open(prepared)
            }
        } else {
            entry = try open(prepared)
        }
        let base = entry.address &- UInt(facts.entry ?? 0)
        let start = base &+ UInt(facts.code.lowerBound)
        let image = PluginImage(
            file: library.file, generation: prepared.generation, mappedPath: prepared.path,
            mappedBytes: facts.mappedBytes, code: start..<max(start, start &+ UInt(facts.code.count)),
            dependencies: prepared.dependencies, makeExport: entry.call)
        watch?.add(image, content: library.content)
        return image
    }

    private func open(_ prepared: Prepared) throws(PluginError) -> SystemLoader.Entry {
        for native in prepared.natives { try natives.map(native) }
        do {
            // Where it lies, somebody may have put another file meanwhile: the one that was checked is open.
            let path = shadow == nil ? prepared.candidate.library.lastingPath() : prepared.path
            return try SystemLoader.entry(of: SystemLoader.open(path))
        } catch {
            throw PluginError(error, file: prepared.candidate.file)
        }
    }

    /// The file to be mapped.
    private func place(
        _ candidate: PluginCandidate, generation: Int, dependencies: [String: String]
    ) throws(PluginError) -> String {
        let file = candidate.file
        guard let shadow else { return file.path }
        let path = shadow.path(for: file, generation: generation)
        do {
            try shadow.prepare(file.origin, originals: parentDirectory(of: file.path))
            try SmallFile.replace(path, with: candidate.library.bytes)
        } catch {
            throw PluginError(.loading, file: file.path, "it can't be copied to \(path) (\(error.reason))")
        }
        // The system's loader takes a library for one that is mapped already by its path, its SONAME or its inode. Copies
        // are mapped by their paths, so that only who needs one must be rewritten: the copies' own SONAMEs never count.
        for (needed, other) in dependencies.sorted(by: { $0.key < $1.key }) {
            do {
                try patchelf.replaceNeeded(needed, with: other, in: path)
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
                    ? "it needs \(name), and \(native) has no such SONAME: link that with `-Wl,-soname,\(name)`"
                    : "it needs \(name), which is not there: put it into native/ beside the plugin, or install it")
        case .missingSymbol(let symbol):
            self.init(
                .incompatible, file: file.path,
                "it needs \(symbol), which this version of the framework or of a plugin that it uses does not have: "
                    + "build it again with `keystone build --plugins`")
        case .other(let message):
            self.init(.loading, file: file.path, "it can't be loaded: \(message)")
        }
    }
}
