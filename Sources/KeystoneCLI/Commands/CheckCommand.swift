internal import KeystoneCore
internal import KeystoneSupport

/// `keystone check`: the configuration's problems, all at once.
enum CheckCommand {
    static let spec = CommandSpec(
        name: "check", summary: "Check the configuration of the app in DIR.", arguments: ["[DIR]"],
        options: [OptionSpec(name: "print", doc: "Show every value and where it comes from.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> Int32 {
        let project = try AppProject.load(arguments.positional.first, context)
        let loaded = project.loaded
        for diagnostic in loaded.diagnostics { Console.note(diagnostic.description) }
        if loaded.hasErrors {
            let warnings = loaded.warnings.isEmpty ? "" : ", \(loaded.warnings.count(of: "warning"))"
            Console.note(loaded.errors.count(of: "error") + warnings)
            return 1
        }
        if let bunRoot = project.bunRoot, !Files.isDirectory(bunRoot) {
            Console.note("\(loaded.file ?? project.directory): error: bun.root: there is no directory \(bunRoot)")
            return 1
        }
        guard try BunConfigCheck.run(project, context) else { return 1 }
        for warning in try SignatureCheck.warnings(project) { Console.warning("\(warning): it will not be loaded") }
        if arguments.has("print"), let executable = project.executable {
            // Its own code has the last word, and only it can say what that is.
            try executable.run(["--print-config"], environment: context.environment, context)
        }
        if arguments.has("print") {
            Console.print(loaded.table)
        } else {
            Console.print("\(loaded.file ?? project.directory): no errors")
        }
        return 0
    }
}
