internal import Glibc
internal import KeystoneSupport

/// Libraries that were built from sources which are gone.
enum Leftovers {
    /// Removes them, as far as they are just what the build made; returns their paths.
    static func remove(from project: NativeProject) throws -> [String] {
        var removed: [String] = []
        for entry in try SourceTree.entries(of: project.buildRecords) where entry.name.hasSuffix(".json") {
            let name = String(entry.name.dropLast(".json".count))
            guard project.module(name) == nil, !name.hasSuffix(ScriptBuild.suffix),
                let record = BuildRecord.read(entry.path)
            else { continue }
            if record.output == BuildRecord.output(record.library), fileExists(record.library) {
                try systemCall("remove", path: record.library) { unlink(record.library) }
                unlink(record.library + ".sig")
                removed.append(record.library)
            }
            unlink(entry.path)
            unlink("\(project.moduleDirectory)/\(name).swiftmodule")
            SourceTree.remove("\(project.objectDirectory)/\(name)")
        }
        return removed
    }
}
