internal import CKeystonePlugin

/// What a library's file says of itself, read without running any of it.
package struct LibraryFacts: Sendable, Hashable {
    /// Its name for the system's loader, where the linker wrote one.
    package var soname: String?
    /// The libraries that it needs, in its own words.
    package var needed: [String]
    /// Where `keystone_plugins` lies, from the beginning of the image; `nil`: it doesn't define one.
    package var entry: Int?
    /// The numbers of the `keystone_abi_N` that it refers to.
    package var frameworkABIs: Set<Int>
    /// The sum of its loadable segments in memory.
    package var mappedBytes: Int
    /// Where its code lies, from the beginning of the image.
    package var code: Range<Int>

    /// Reads a library. Throws `notALibrary` and `wrongArchitecture`.
    package init(_ bytes: [UInt8], file: PluginFile) throws(PluginError) {
        do {
            try self.init(ELFFile(bytes))
        } catch {
            throw PluginError(error, file: file)
        }
    }

    private init(_ file: ELFFile) throws(ELFFile.Fault) {
        let dynamic = try ELFDynamicSection(file)
        guard !dynamic.isProgram else { throw .notShared }
        soname = dynamic.soname
        needed = dynamic.needed
        entry =
            dynamic.symbols(beginningWith: "keystone_plugins")
            .first { $0.isDefined && $0.isFunction && $0.name == "keystone_plugins" }?.address
        let abi = dynamic.symbols(beginningWith: "keystone_abi_").filter { !$0.isDefined }
        frameworkABIs = Set(abi.compactMap { Int($0.name.dropFirst("keystone_abi_".count)) })
        mappedBytes = 0
        for segment in file.loaded {
            let (sum, overflow) = mappedBytes.addingReportingOverflow(segment.memorySize)
            guard !overflow else { throw .nonsense("its segments are larger than memory") }
            mappedBytes = sum
        }
        let code = file.loaded.filter(\.isExecutable)
        let start = code.map(\.address).min() ?? 0
        self.code = start..<(code.map { $0.address + $0.memorySize }.max() ?? start)
    }

    /// Whether it is a plugin, and one that this framework can load. Throws `noEntry` and `incompatible`.
    package func checkEntry(file: PluginFile) throws(PluginError) {
        guard entry != nil else {
            throw PluginError(
                .noEntry, file: file.path,
                "it defines no keystone_plugins: export the plugins with `@c(keystone_plugins) public func plugins() -> "
                    + "PluginExport { exportPlugins { … } }`; a library that is no plugin belongs into native/")
        }
        let current = Int(KEYSTONE_PLUGIN_ABI)
        guard frameworkABIs != [current] else { return }
        let found = frameworkABIs.sorted().map { "\($0)" }.joined(separator: " and ")
        throw PluginError(
            .incompatible, file: file.path,
            (found.isEmpty ? "it doesn't say for which framework it was built" : "it was built for plugin ABI \(found)")
                + ", this framework has plugin ABI \(current): build it again with `keystone build --plugins`")
    }
}

extension PluginError {
    init(_ fault: ELFFile.Fault, file: PluginFile) {
        let (code, message): (Code, String) =
            switch fault {
            case .otherFormat:
                (.notALibrary, "it is no shared library: build it with `keystone build --plugins`")
            case .cutOff:
                (.notALibrary, "it ends too early: it is still being written, or was cut off; build or copy it again")
            case .notShared:
                (.notALibrary, "it is an ELF file but no shared library: link it with `-emit-library` or `-shared`")
            case .nonsense(let what):
                (.notALibrary, "it is damaged (\(what)): build or copy it again")
            case .machine(let machine):
                (
                    .wrongArchitecture,
                    "it is built for \(machine.name), this is \(ELFFile.Machine.current.name): "
                        + "build it here with `keystone build --plugins`"
                )
            }
        self.init(code, file: file.path, message)
    }
}
