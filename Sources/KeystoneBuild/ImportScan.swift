internal import KeystoneSupport

/// Which modules of the same app a module imports.
struct ImportScan: Sendable {
    private static let maximumSourceSize = 16 << 20

    let project: NativeProject
    let toolchain: Toolchain
    let run: CompilerRunner

    /// Remembered, where the sources are those of the last build.
    func currentImports(of module: NativeModule) async throws -> [String] {
        if let record = BuildRecord.read(BuildRecord.path(module.name, in: project)),
            record.sources == BuildRecord.sources(of: module)
        {
            return record.imports.filter { project.module($0) != nil }
        }
        return try await imports(of: module)
    }

    /// Only the compiler knows what is an import, and what a comment or a branch that is not compiled; but a module that is
    /// mentioned nowhere is imported nowhere, which spares most plugins the question. Sources with syntax errors may
    /// answer less than they import: they don't compile anyway.
    func imports(of module: NativeModule) async throws -> [String] {
        let others = project.modules.map(\.name).filter { $0 != module.name }
        guard !others.isEmpty, try mentions(any: others, in: module.sources) else { return [] }
        let arguments =
            ["-frontend", "-emit-imported-modules"] + module.sources + ["-module-name", module.name, "-o", "-"]
            + toolchain.compilerArguments
        let output = try await run(
            CompilerCommand(executable: toolchain.compiler, arguments: arguments, directory: project.directory))
        let imported = Set(output.text.split(separator: "\n").map(String.init))
        return others.filter(imported.contains)
    }

    private func mentions(any names: [String], in sources: [String]) throws -> Bool {
        let words = Set(names.map { ArraySlice($0.utf8) })
        return try sources.contains { source in
            let text = try SmallFile.read(source, limit: Self.maximumSourceSize)
            return text.split { !NativeModule.isNameByte($0) }.contains(where: words.contains)
        }
    }
}
