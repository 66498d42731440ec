internal import Glibc
package import KeystoneSupport

/// The engine's TypeScript packages, which an app's `node_modules` has as links.
package struct EnginePackages: Sendable {
    package struct Entry: Sendable {
        /// As in an import.
        package let name: String
        /// The directory in the engine.
        package let source: String
    }

    package let all: [Entry]

    /// - Parameter engine: The directory that holds `bun/`.
    package init(engine: String) {
        let bun = engine + "/bun"
        all = [
            Entry(name: "@keystone/sdk", source: bun + "/sdk"),
            Entry(name: "keystone-desktop", source: bun),
            Entry(name: "@keystone/lib", source: bun + "/lib"),
        ]
    }

    /// Makes the links that an app was started without: by `keystone run`, all are there and right already. What an import
    /// finds, there or in a directory above, stays as it is.
    package func linkMissing(in bunRoot: String) throws(SystemError) {
        for package in all where !isFound(package.name, from: bunRoot) {
            let target = "\(bunRoot)/node_modules/\(package.name)"
            try makeDirectories(parentDirectory(of: target))
            // A link that leads nowhere, of an engine that was moved.
            unlink(target)
            try systemCall("link", path: target) { symlink(package.source, target) }
        }
    }

    private func isFound(_ name: String, from directory: String) -> Bool {
        var directory = directory
        while !directory.isEmpty {
            if fileExists("\(directory)/node_modules/\(name)/package.json") { return true }
            guard directory != "/" else { return false }
            directory = parentDirectory(of: directory)
        }
        return false
    }
}
