internal import FoundationEssentials
internal import Glibc
internal import KeystoneCore
internal import KeystoneSupport

/// Puts the engine's TypeScript packages into an app's `node_modules` as links.
struct Vendoring: Sendable {
    let engine: Engine
    let bunRoot: String

    private typealias Package = EnginePackages.Entry

    private var packages: [Package] { EnginePackages(engine: engine.root).all }

    /// Links what is missing or stale; does nothing when all is well.
    ///
    /// A directory that can't be written is fine as long as the packages can be found from it.
    func apply() throws(CommandFailure) {
        for package in packages where Files.isDirectory(package.source) {
            if try isLinkable(package) {
                do throws(SystemError) {
                    try link(package)
                } catch {
                    try excuse(package, error)
                }
            }
        }
    }

    private func target(_ package: Package) -> String { "\(bunRoot)/node_modules/\(package.name)" }

    /// Whether a link is to be made. What it replaces is a link or a vendored copy of the package; throws where it is
    /// something else.
    private func isLinkable(_ package: Package) throws(CommandFailure) -> Bool {
        let target = target(package)
        if let link = Files.link(target) { return link != package.source }
        guard Files.exists(target) else { return true }
        let manifest = Manifest.read(target + "/package.json")
        if manifest == nil || manifest?["name"]?.string == package.name { return true }
        throw CommandFailure(
            "\(target) is a package of its own (\(manifest?["name"]?.string ?? "without a name")), not Keystone's",
            hint: "Move it away: Keystone's TypeScript package goes there.")
    }

    private func link(_ package: Package) throws(SystemError) {
        let target = target(package)
        try makeDirectories(Files.parent(target))
        // Made beside it and renamed over it, so that nobody sees a moment without it.
        let temporary = "\(target).\(getpid())"
        unlink(temporary)
        try systemCall("link", path: temporary) { symlink(package.source, temporary) }
        do throws(SystemError) {
            try removeCopy(target, package)
            try systemCall("rename", path: target) { rename(temporary, target) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// A link can't be renamed over a directory.
    private func removeCopy(_ target: String, _ package: Package) throws(SystemError) {
        guard Files.link(target) == nil, Files.isDirectory(target) else { return }
        Console.note("Replacing the copy of \(package.name) in \(bunRoot)/node_modules by a link to the engine")
        do {
            try FileManager.default.removeItem(atPath: target)
        } catch {
            throw SystemError(code: EACCES, operation: "remove", path: target)
        }
    }

    private func excuse(_ package: Package, _ error: SystemError) throws(CommandFailure) {
        let reason = "\(bunRoot)/node_modules can't be written: \(error.reason)"
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
        let options = JSONOptions.config
        guard let bytes = try? SmallFile.read(path, limit: options.maximumSize) else { return nil }
        return try? JSONValue.parse(bytes, options: options)
    }

    /// The directory and all those above it.
    static func directories(from path: String) -> [String] {
        var result = [path]
        while let last = result.last, last != "/" { result.append(Files.parent(last)) }
        return result
    }
}
