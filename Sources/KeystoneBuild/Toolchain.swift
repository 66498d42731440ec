internal import Glibc
internal import KeystoneSupport

/// The Swift compiler and its linker.
///
/// The compiler proper is called without the driver where nothing is to be planned: that takes half as long for a small
/// plugin. Its arguments are no stable interface; but Keystone's modules can be read by the very compiler only that they were
/// made with.
package struct Toolchain: Sendable, Hashable {
    /// `usr/bin`, absolute, without links.
    package let programs: String
    package let engine: EngineLibraries

    package var compiler: String { programs + "/swift-frontend" }
    /// Plans compilations of several files.
    var driver: String { programs + "/swiftc" }
    var autolinkExtract: String { programs + "/swift-autolink-extract" }
    var clang: String { programs + "/clang" }
    /// `usr/lib/swift`.
    var resources: String { parentDirectory(of: programs) + "/lib/swift" }
    var runtimeLibraries: String { resources + "/linux" }
    var runtimeObject: String { "\(runtimeLibraries)/\(Self.architecture)/swiftrt.o" }
    var target: String { "\(Self.architecture)-unknown-linux-gnu" }

    /// Changes with the compiler and with the engine.
    package var stamp: String { "\(compiler) \(FileStamp(compiler)?.description ?? "")\n\(engine.stamp)" }

    #if arch(x86_64)
        private static let architecture = "x86_64"
    #elseif arch(arm64)
        private static let architecture = "aarch64"
    #endif

    /// The first of `SWIFTC`, `PATH` and the usual places.
    package static func find(
        environment: [String: String], engine: EngineLibraries
    ) throws(BuildError) -> Toolchain {
        if let given = environment["SWIFTC"], !given.isEmpty {
            guard let programs = programs(of: given) else {
                throw BuildError(
                    "SWIFTC is \(given), but there is no Swift compiler. Unset it, or set it to a toolchain's usr/bin/swiftc."
                )
            }
            return Toolchain(programs: programs, engine: engine)
        }
        let path = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
        for place in path + usualPlaces(home: environment["HOME"]) {
            if let programs = programs(of: place + "/swiftc") { return Toolchain(programs: programs, engine: engine) }
        }
        throw BuildError(
            "this app has Swift sources, and no Swift compiler was found. Install Swift 6.3 from "
                + "https://www.swift.org/install/linux/ and put it on PATH, or set SWIFTC to its swiftc.")
    }

    private static func usualPlaces(home: String?) -> [String] {
        var places = ["/opt/swift/usr/bin", "/usr/share/swift/usr/bin", "/usr/libexec/swift/bin"]
        // What swiftly puts on PATH is a program of its own; the toolchains lie here.
        if let home {
            let installed = try? SourceTree.entries(of: home + "/.local/share/swiftly/toolchains")
            places += (installed ?? []).reversed().map { $0.path + "/usr/bin" }
        }
        return places
    }

    /// The directory of a `swiftc`'s whole toolchain.
    private static func programs(of swiftc: String) -> String? {
        guard swiftc.hasPrefix("/"), let compiler = try? resolvedPath(swiftc) else { return nil }
        let programs = parentDirectory(of: compiler)
        let needed = ["swift-frontend", "swift-autolink-extract", "clang"]
        return needed.allSatisfy { FileKind.isExecutable("\(programs)/\($0)") } ? programs : nil
    }
}
