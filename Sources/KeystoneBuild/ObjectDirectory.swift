internal import Glibc
internal import KeystoneSupport

/// What the compiler's driver keeps of a module between builds (`.keystone/build/objects/NAME`): by it only those files are
/// compiled again that changed, and those that see the change.
struct ObjectDirectory: Sendable {
    private static let maximumSize = 4 << 20

    let path: String
    /// Tells the driver which files belong to a source.
    var map: String { path + "/map.json" }

    /// Makes it; or takes it as it was left, without what is not sure to fit.
    ///
    /// The driver goes by the dates of files alone, which a file that is moved to a source's place keeps: so objects are
    /// removed here where the source is another file than that of the build that came into use.
    ///
    /// - Parameters:
    ///   - installed: Of the library that is in use; `nil` keeps nothing.
    ///   - next: Of the build to come.
    init(_ path: String, installed: BuildRecord?, next: BuildRecord, sources: [String]) throws(SystemError) {
        self.path = path
        if installed?.inputs != next.inputs { SourceTree.remove(path) }
        try makeDirectories(path)
        let known = Set((installed?.sources ?? "").split(separator: "\n"))
        let unsettled = Self.unsettled(path)
        let doubted = Set(((try? SmallFile.read(unsettled, limit: Self.maximumSize)) ?? []).split(separator: 10))
        let current = next.sources.split(separator: "\n")
        let stale = zip(sources, current).filter { !known.contains($1) || doubted.contains(ArraySlice($0.utf8)) }.map(
            \.0)
        try SmallFile.replace(unsettled, with: Array(stale.joined(separator: "\n").utf8))
        for source in stale { unlink(files(of: source).object) }
        try writeMap(sources)
    }

    /// The objects are now those of a library that is in use.
    static func settle(_ path: String) { unlink(ObjectDirectory.unsettled(path)) }

    /// Names sources whose objects may be others than those of the last build that came into use.
    private static func unsettled(_ path: String) -> String { path + "/unsettled" }

    /// Two files may have one name in different directories.
    private func files(of source: String) -> (object: String, dependencies: String) {
        let name = source.split(separator: "/").last?.dropLast(".swift".count) ?? ""
        let base = "\(path)/\(name)-\(SHA256.hash(Array(source.utf8)).prefix(4).hexadecimal)"
        return (base + ".o", base + ".swiftdeps")
    }

    private func writeMap(_ sources: [String]) throws(SystemError) {
        var entries: JSONObject = ["": ["swift-dependencies": .string(path + "/module.swiftdeps")]]
        for source in sources {
            let files = files(of: source)
            entries[source] = ["object": .string(files.object), "swift-dependencies": .string(files.dependencies)]
        }
        try SmallFile.replace(map, with: JSONValue.object(entries).serialized())
    }
}
