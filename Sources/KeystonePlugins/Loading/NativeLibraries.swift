internal import KeystoneSupport
internal import Synchronization

/// Libraries of other languages, in `native/` beside the plugins that need them. They are mapped ahead of those, so that
/// the system's loader finds them wherever a plugin was copied to, and whether or not it was linked with a run path.
///
/// Once mapped they stay as they are: a new version comes with the next start of the app.
final class NativeLibraries: Sendable {
    private let shadow: ShadowDirectory?
    private let trust: PluginTrust
    private let known = Mutex<Set<String>>([])

    struct Prepared: Sendable {
        let library: CheckedLibrary
        let path: String

        var file: PluginFile { library.file }
    }

    init(shadow: ShadowDirectory?, trust: PluginTrust) {
        self.shadow = shadow
        self.trust = trust
    }

    /// What lies in `native/` of what a plugin needs, and what that needs, and was not prepared before: checked, copied,
    /// and in the order in which it has to be mapped.
    func prepare(
        neededBy facts: LibraryFacts, of file: PluginFile, except plugins: Set<String>
    ) throws(PluginError) -> [Prepared] {
        let directory = parentDirectory(of: file.path) + "/native"
        var found: [Prepared] = []
        do throws(PluginError) {
            for name in facts.needed where !plugins.contains(name) {
                try prepare(name, in: directory, for: file.origin, &found)
            }
        } catch {
            // None of these will be mapped for this plugin.
            known.withLock { known in for one in found { known.remove(one.file.path) } }
            throw error
        }
        return found
    }

    private func prepare(
        _ name: String, in directory: String, for origin: PluginOrigin, _ found: inout [Prepared]
    ) throws(PluginError) {
        let path = directory + "/" + name
        guard !name.contains("/"), fileExists(path), known.withLock({ $0.insert(path).inserted }) else { return }
        do throws(PluginError) {
            let file = PluginFile(name: name, path: path, origin: origin)
            let library = try trust.check(file)
            let facts = try LibraryFacts(library.bytes, file: file)
            // Only by its SONAME is it known to be mapped already; else the plugin's run path has to lead to it.
            guard facts.soname == name else { return }
            for other in facts.needed { try prepare(other, in: directory, for: origin, &found) }
            found.append(Prepared(library: library, path: try place(library, below: parentDirectory(of: directory))))
        } catch {
            _ = known.withLock { $0.remove(path) }
            throw error
        }
    }

    private func place(_ library: CheckedLibrary, below directory: String) throws(PluginError) -> String {
        let file = library.file
        guard let shadow else { return file.path }
        let path = shadow.path(native: file.name, for: file.origin)
        do {
            try shadow.prepare(file.origin, originals: directory)
            try SmallFile.replace(path, with: library.bytes)
        } catch {
            throw PluginError(.loading, file: file.path, "it can't be copied to \(path) (\(error.reason))")
        }
        return path
    }

    /// Maps one.
    func map(_ prepared: Prepared) throws(PluginError) {
        do {
            _ = try SystemLoader.open(shadow == nil ? prepared.library.lastingPath() : prepared.path)
        } catch {
            _ = known.withLock { $0.remove(prepared.file.path) }
            throw PluginError(error, file: prepared.file)
        }
    }
}
