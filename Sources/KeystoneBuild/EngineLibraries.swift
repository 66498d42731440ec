internal import KeystoneSupport

/// The framework as plugins are compiled against it.
package struct EngineLibraries: Sendable, Hashable {
    /// Holds `Keystone.swiftmodule`.
    package let modules: String
    /// Holds `libKeystone.so`.
    package let libraries: String

    /// - Parameters:
    ///   - engine: The directory that holds `bun/`: a checkout, or `share/keystone` of an installation.
    ///   - programs: Where the running program lies.
    package static func find(engine: String, programs: String) throws(BuildError) -> EngineLibraries {
        let release = engine + "/Host/.build/release"
        let prefix = parentDirectory(of: parentDirectory(of: engine))
        let places = [
            EngineLibraries(modules: programs + "/Modules", libraries: programs),
            EngineLibraries(modules: release + "/Modules", libraries: release),
            EngineLibraries(modules: prefix + "/lib/keystone/modules", libraries: prefix + "/lib/keystone"),
        ]
        if let found = places.first(where: \.isThere) { return found }
        throw BuildError(
            "Keystone's Swift module, which plugins are compiled against, was not found: there is no Keystone.swiftmodule "
                + "in \(places.map(\.modules).joined(separator: ", ")). In a checkout, build the engine: ./run --help does."
        )
    }

    private var isThere: Bool {
        fileExists(modules + "/Keystone.swiftmodule") && fileExists(libraries + "/libKeystone.so")
    }

    /// Changes with every build of the engine whose plugins have to be compiled anew.
    var stamp: String {
        "\(modules) \(FileStamp(modules + "/Keystone.swiftmodule")?.description ?? "")"
    }
}
