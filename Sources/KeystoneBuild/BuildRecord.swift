internal import Glibc
internal import KeystoneSupport

/// What a library was made of the last time: whether it is to be made anew.
struct BuildRecord: Sendable, Equatable {
    /// Modules of the same app that it imports.
    var imports: [String]
    /// The sources' names and versions; as long as they hold, so do the imports.
    var sources: String
    /// All else that went in: tools, flags, the modules of its imports.
    var inputs: String
    /// The library that came out, and its version.
    var output: String

    /// The path in `output`.
    var library: String { output.split(separator: "\n").first.map(String.init) ?? "" }

    static func output(_ library: String) -> String { "\(library)\n\(FileStamp(library)?.description ?? "gone")" }

    private static let maximumSize = 4 << 20

    static func sources(of module: NativeModule) -> String {
        module.sources.map { "\($0) \(FileStamp($0)?.description ?? "gone")" }.joined(separator: "\n")
    }

    static func path(_ name: String, in project: NativeProject) -> String {
        "\(project.buildRecords)/\(name).json"
    }

    /// `nil` where there is none, or none that can be read: then the library is made anew.
    static func read(_ path: String) -> BuildRecord? {
        guard let bytes = try? SmallFile.read(path, limit: maximumSize),
            let value = try? JSONValue.parse(bytes),
            let imports = value["imports"]?.array, let sources = value["sources"]?.string,
            let inputs = value["inputs"]?.string, let output = value["output"]?.string
        else { return nil }
        return BuildRecord(imports: imports.compactMap(\.string), sources: sources, inputs: inputs, output: output)
    }

    /// Writes it for the library as it lies there now.
    func write(_ path: String) throws(SystemError) {
        let output = Self.output(library)
        let value: JSONValue = [
            "imports": .array(imports.map { .string($0) }), "sources": .string(sources), "inputs": .string(inputs),
            "output": .string(output),
        ]
        try SmallFile.replace(path, with: value.serialized())
    }
}
