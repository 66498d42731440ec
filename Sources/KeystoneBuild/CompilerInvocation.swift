internal import KeystoneSupport

/// The commands that make a module's library, and write to the stage alone.
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

    /// What decides, besides sources and tools, how the library comes out.
    var fingerprint: String { "\(mode) \(toolchain.compilerArguments.joined(separator: " "))" }

    /// All sources as one unit: quicker than a process a file, and half as long as by way of the driver.
    var compile: CompilerCommand {
        var arguments = ["-frontend", "-c"] + module.sources + [generated].compactMap { $0 }
        arguments += ["-module-name", module.name, "-o", stage.object(module)]
        arguments += ["-emit-module-path", stage.interface(module)]
        arguments += toolchain.compilerArguments
        arguments += ["-I", toolchain.engine.modules, "-I", stage.directory, "-I", project.moduleDirectory]
        for directory in Self.headerDirectories(of: module) { arguments += ["-I", directory] }
        arguments += mode == .release ? ["-O"] : ["-Onone"]
        return command(toolchain.compiler, arguments)
    }

    /// Reads from the object which libraries its imports ask for.
    var extractAutolink: CompilerCommand {
        command(toolchain.autolinkExtract, [stage.object(module), "-o", stage.autolink(module)])
    }

    var link: CompilerCommand {
        var arguments = [
            "-shared", "--target=\(toolchain.target)", "-fuse-ld=lld", toolchain.runtimeObject, stage.object(module),
            "@\(stage.autolink(module))", "-L", toolchain.runtimeLibraries, "-lswiftCore", "-L",
            toolchain.engine.libraries, "-lKeystone",
        ]
        arguments += ["-L", project.nativeLibraries] + dependencies.map(stage.currentLibrary)
        arguments += ["-Wl,-soname,\(module.libraryName)", "-Wl,--build-id", "-Wl,-z,defs", "-Wl,-z,relro"]
        for place in runtimePlaces { arguments += ["-Wl,-rpath,\(place)"] }
        return command(toolchain.clang, arguments + ["-o", stage.library(module)])
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
            "-target", target, "-disable-objc-interop", "-swift-version", "6", "-parse-as-library",
            "-empty-abi-descriptor", "-no-color-diagnostics", "-diagnostic-style", "llvm", "-Xcc",
            "-fno-color-diagnostics", "-in-process-plugin-server-path", plugins + "/libSwiftInProcPluginServer.so",
            "-plugin-path", plugins + "/plugins",
        ]
    }
}
