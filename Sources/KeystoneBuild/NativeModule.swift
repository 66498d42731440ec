/// One Swift module of an app, and the library that it becomes.
package struct NativeModule: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// `app/`: the app's core.
        case core
        /// `plugins/NAME/` or `plugins/NAME.swift`.
        case plugin
        /// `scripts/NAME.swift`.
        case script
    }

    package var name: String
    package var kind: Kind
    /// Absolute paths, sorted.
    package var sources: [String]
    /// Where the library goes, absolute.
    package var library: String

    package init(name: String, kind: Kind, sources: [String], library: String) {
        self.name = name
        self.kind = kind
        self.sources = sources
        self.library = library
    }

    /// What the library goes by among the app's plugins; of a script, its file's name.
    package var pluginName: String {
        let name = libraryName.hasSuffix(".so") ? libraryName.dropLast(".so".count) : libraryName[...]
        return String(name.hasPrefix("lib") ? name.dropFirst("lib".count) : name)
    }

    /// For example `libShared.so`.
    var libraryName: String { library.split(separator: "/").last.map(String.init) ?? "lib\(name).so" }
}

extension NativeModule {
    /// Names that would hide a module of the framework's, of the language's or the app's own core.
    private static let taken: Set = [
        "Swift", "Glibc", "Dispatch", "Foundation", "FoundationEssentials", "Synchronization", "Observation", "Testing",
        "Keystone", coreName,
    ]

    /// The core's module.
    package static let coreName = "App"

    /// Why a plugin or script can't have this name; `nil` where it can.
    package static func fault(ofName name: String) -> String? {
        let isIdentifier =
            name.utf8.allSatisfy(isNameByte) && name.utf8.first.map(isLetter) == true
        guard isIdentifier, name.utf8.count <= 100 else {
            return "\"\(name)\" can't be the name of a Swift module; it takes letters, digits and _, and no digit first"
        }
        guard !taken.contains(name), !name.hasPrefix("Keystone") else {
            return "\"\(name)\" is the name of another module; choose another one"
        }
        return nil
    }

    static func isNameByte(_ byte: UInt8) -> Bool { isLetter(byte) || (48...57).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
    }
}
