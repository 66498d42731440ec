internal import Foundation
internal import KeystoneCore
internal import KeystoneSupport

/// Puts the engine's TypeScript packages into an app's `node_modules` as links.
struct Vendoring: Sendable {
    let engine: Engine
    let bunRoot: String

    private struct Package {
        /// As in an import.
        let name: String
        /// In the engine.
        let source: String
    }

    private var packages: [Package] {
        [
            Package(name: "@keystone/sdk", source: engine.bun + "/sdk"),
            Package(name: "keystone-desktop", source: engine.bun),
            Package(name: "@keystone/lib", source: engine.bun + "/lib"),
        ]
    }

    /// Links what is missing or stale; does nothing when all is well.
    ///
    /// A directory that can't be written is fine as long as the packages can be found from it.
    func apply() throws(CommandFailure) {
        for package in packages where Files.isDirectory(package.source) {
            do {
                try link(package)
            } catch let failure as CommandFailure {
                throw failure
            } catch {
                try excuse(package, error)
            }
        }
    }

    private func link(_ package: Package) throws {
        let target = "\(bunRoot)/node_modules/\(package.name)"
        if Files.link(target) == package.source { return }
        if Files.link(target) == nil, Files.exists(target) {
            try checkIsCopy(target, package)
            Console.note("Replacing the copy of \(package.name) in \(bunRoot)/node_modules by a link to the engine")
        }
        let manager = FileManager.default
        try manager.createDirectory(atPath: Files.parent(target), withIntermediateDirectories: true)
        // Made beside it and renamed over it, so that nobody sees a moment without it.
        let temporary = "\(target).\(getpid())"
        try? manager.removeItem(atPath: temporary)
        try manager.createSymbolicLink(atPath: temporary, withDestinationPath: package.source)
        if Files.link(target) == nil, Files.exists(target) { try manager.removeItem(atPath: target) }
        guard rename(temporary, target) == 0 else {
            let reason = String(cString: strerror(errno))
            try? manager.removeItem(atPath: temporary)
            throw CocoaError(.fileWriteUnknown, userInfo: [NSLocalizedDescriptionKey: reason])
        }
    }

    /// Throws unless the directory is an older vendored copy of the package.
    private func checkIsCopy(_ target: String, _ package: Package) throws(CommandFailure) {
        let manifest = Manifest.read(target + "/package.json")
        if manifest == nil || manifest?["name"]?.string == package.name { return }
        throw CommandFailure(
            "\(target) is a package of its own (\(manifest?["name"]?.string ?? "without a name")), not Keystone's",
            hint: "Move it away: Keystone's TypeScript package goes there.")
    }

    private func excuse(_ package: Package, _ error: any Error) throws(CommandFailure) {
        let reason = "\(bunRoot)/node_modules can't be written: \(error.localizedDescription)"
        guard isResolvable(package.name) else {
            throw CommandFailure(
                "\(package.name) is missing, and \(reason)",
                hint: "Make the directory writable once and run: keystone build \(Files.parent(bunRoot))")
        }
        Console.warning("\(reason); going on with the \(package.name) that is there")
    }

    /// Whether an import from the Bun side finds the package, there or above.
    private func isResolvable(_ name: String) -> Bool {
        Manifest.directories(from: bunRoot).contains { Files.exists("\($0)/node_modules/\(name)/package.json") }
    }
}

/// `package.json` files.
enum Manifest {
    static func read(_ path: String) -> JSONValue? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try? JSONValue.parse(data, options: .config)
    }

    /// The directory and all those above it.
    static func directories(from path: String) -> [String] {
        var result = [path]
        while let last = result.last, last != "/" { result.append(Files.parent(last)) }
        return result
    }
}
