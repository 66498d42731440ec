/// Why a plugin's library is not in service; the older version, if there is one, still is.
package struct PluginError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Still being written, cut off, or no shared library at all.
        case notALibrary
        case wrongArchitecture
        /// It doesn't define `keystone_plugins`.
        case noEntry
        /// Built against a framework whose plugins this one can't load, or which this one lacks symbols of.
        case incompatible
        /// A library that it needs is not there.
        case missingDependency
        /// Writable by others, or a link that leads out of its directory.
        case unsafePath
        /// No signature, or none by a trusted key.
        case untrusted
        /// The system's loader refused it.
        case loading
        /// Its own code threw while it was started.
        case initialization
        /// It ended the process the last time.
        case crashedBefore
        /// It changes together with others, and one of those failed.
        case heldBack
        /// Two plugins of one name, two cores, libraries that need each other in a circle.
        case conflict
    }

    package var code: Code
    /// The library's path.
    package var file: String
    /// What is wrong and what to do about it.
    package var message: String

    package init(_ code: Code, file: String, _ message: String) {
        self.code = code
        self.file = file
        self.message = message
    }

    package var description: String { "\(file): \(message)" }
}
