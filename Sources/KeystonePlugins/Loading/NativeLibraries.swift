internal import KeystoneSupport
internal import Synchronization

/// Libraries of other languages, in `native/` beside the plugins that need them. They are mapped ahead of those, so that
/// the system's loader finds them wherever a plugin was copied to, and whether or not it was linked with a run path.
///
/// Once mapped they stay as they are: a new version comes with the next start of the app.
final class NativeLibraries: Sendable {
    private let shadow: ShadowDirectory?
    private let trust: PluginTrust
    private let opened = Mutex<Set<String>>([])

    init(shadow: ShadowDirectory?, trust: PluginTrust) {
        self.shadow = shadow
        self.trust = trust
    }

    /// Maps what lies in `native/` of what a plugin needs, and what that needs.
    func open(neededBy facts: LibraryFacts, of file: PluginFile, except plugins: Set<String>) throws(PluginError) {
        let directory = parentDirectory(of: file.path) + "/native"
        for name in facts.needed where !plugins.contains(name) {
            try open(name, in: directory, for: file.origin)
        }
    }

    private func open(_ name: String, in directory: String, for origin: PluginOrigin) throws(PluginError) {
        let path = directory + "/" + name
        guard !name.contains("/"), fileExists(path), opened.withLock({ $0.insert(path).inserted }) else { return }
        do {
            let file = PluginFile(name: name, path: path, origin: origin)
            let library = try trust.check(file)
            let facts = try LibraryFacts(library.bytes, file: file)
            // Only by its SONAME is it known to be mapped already; else the plugin's run path has to lead to it.
            guard facts.soname == name else { return }
            for other in facts.needed { try open(other, in: directory, for: origin) }
            try map(library)
        } catch {
            _ = opened.withLock { $0.remove(path) }
            throw error
        }
    }

    private func map(_ library: CheckedLibrary) throws(PluginError) {
        let file = library.file
        var path = file.path
        if let shadow {
            path = shadow.path(native: file.name, for: file.origin)
            do {
                try SmallFile.replace(path, with: library.bytes)
            } catch {
                throw PluginError(.loading, file: file.path, "can't be copied to \(path) (\(error.reason))")
            }
        }
        do {
            _ = try SystemLoader.open(path)
        } catch {
            throw PluginError(error, file: file)
        }
    }
}
