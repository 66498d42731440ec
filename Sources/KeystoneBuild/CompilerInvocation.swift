internal import Glibc
internal import KeystoneSupport

/// The commands that make a module's library, and write to the stage and to the module's objects alone.
struct CompilerInvocation: Sendable {
    let module: NativeModule
    let project: NativeProject
    let toolchain: Toolchain
    let mode: BuildMode
    let stage: BuildStage
    /// Modules of the project that it imports, directly or not.
    let dependencies: [NativeModule]
    /// A source that the build itself made.
    let generated: String?

    /// Whether the module is compiled file by file, so that the next build can leave out files. A single file gains
    /// nothing by it, and optimised code is better made as a whole.
    var isIncremental: Bool { mode == .development && module.sources.count > 1 }

    /// What makes the library, one after the other.
    ///
    /// - Parameter objects: Of a module that is compiled file by file.
    func steps(_ objects: ObjectDirectory?) -> [CompilerCommand] {
        if let objects { return [compileChanges(objects)] }
        return [compile, extractAutolink, link]
    }

    /// What decides, besides sources and tools, how the library comes out.
    var fingerprint: String { "\(mode) \(toolchain.compilerArguments.joined(separator: " "))" }

    /// All sources as one unit: quicker than a process a file, and half as long as by way of the driver.
    private var compile: CompilerCommand {
        var arguments = ["-frontend", "-c"] + sources
        arguments += ["-module-name", module.name, "-o", stage.object(module)]
        arguments += ["-emit-module-path", stage.interface(module)]
        arguments += toolchain.compilerArguments + importPlaces
        arguments += mode == .release ? ["-O"] : ["-Onone", "-disable-llvm-verify"]
        return command(toolchain.compiler, arguments)
    }

    /// The driver knows which files see a change of another one, compiles them side by side, and links.
    private func compileChanges(_ objects: ObjectDirectory) -> CompilerCommand {
        var arguments = ["-incremental", "-enable-batch-mode", "-j", "\(Self.processes)"]
        arguments += ["-output-file-map", objects.map, "-emit-library", "-o", stage.library(module)]
        arguments += ["-emit-module", "-emit-module-path", stage.interface(module), "-avoid-emit-module-source-info"]
        arguments += ["-module-name", module.name, "-target", toolchain.target] + toolchain.languageArguments
        arguments += ["-Onone", "-Xfrontend", "-empty-abi-descriptor", "-Xfrontend", "-disable-llvm-verify"]
        arguments += sources + importPlaces
        arguments += ["-use-ld=lld", "-L", toolchain.engine.libraries, "-lKeystone"]
        arguments += linkerArguments
        return command(toolchain.driver, arguments)
    }

    private var sources: [String] { module.sources + [generated].compactMap { $0 } }

    private static var processes: Int { min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 8) }

    private var importPlaces: [String] {
        let directories =
            [toolchain.engine.modules, stage.directory, project.moduleDirectory] + Self.headerDirectories(of: module)
        return directories.flatMap { ["-I", $0] }
    }

    /// Reads from the object which libraries its imports ask for.
    private var extractAutolink: CompilerCommand {
        command(toolchain.autolinkExtract, [stage.object(module), "-o", stage.autolink(module)])
    }

    private var link: CompilerCommand {
        var arguments = [
            "-shared", "--target=\(toolchain.target)", "-fuse-ld=lld", toolchain.runtimeObject, stage.object(module),
            "@\(stage.autolink(module))", "-L", toolchain.runtimeLibraries, "-lswiftCore", "-L",
            toolchain.engine.libraries, "-lKeystone",
        ]
        arguments += linkerArguments
        return command(toolchain.clang, arguments + ["-o", stage.library(module)])
    }

    private var linkerArguments: [String] {
        var arguments = ["-L\(project.nativeLibraries)"] + dependencies.map(stage.currentLibrary)
        arguments += ["-soname=\(module.libraryName)", "--build-id", "-z", "defs", "-z", "relro"]
        arguments += runtimePlaces.map { "-rpath=\($0)" }
        // One by one: -Wl would part a path at its commas.
        return arguments.flatMap { ["-Xlinker", $0] }
    }

    /// Where the loader looks for what the library needs.
    private var runtimePlaces: [String] {
        let own =
            module.kind == .script ? [parentDirectory(of: project.nativeLibraries)] : ["$ORIGIN", "$ORIGIN/native"]
        return mode == .development ? own + [toolchain.runtimeLibraries] : own
    }

    /// `plugins/NAME/include`: C modules that the plugin imports.
    static func headerDirectories(of module: NativeModule) -> [String] {
        let places = Set(module.sources.map { parentDirectory(of: $0) + "/include" })
        return places.filter(FileKind.isDirectory).sorted()
    }

    private func command(_ program: String, _ arguments: [String]) -> CompilerCommand {
        CompilerCommand(executable: program, arguments: arguments, directory: project.directory)
    }
}

extension Toolchain {
    /// As the driver passes them, and what Keystone asks of every module.
    var compilerArguments: [String] {
        let plugins = resources + "/host"
        return [
            "-target", target, "-disable-objc-interop", "-empty-abi-descriptor", "-in-process-plugin-server-path",
            plugins + "/libSwiftInProcPluginServer.so", "-plugin-path", plugins + "/plugins",
        ] + languageArguments
    }

    /// What Keystone asks of every module, for the compiler and its driver.
    var languageArguments: [String] {
        [
            "-swift-version", "6", "-parse-as-library", "-no-color-diagnostics", "-diagnostic-style", "llvm", "-Xcc",
            "-fno-color-diagnostics",
        ]
    }
}
