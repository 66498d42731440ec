internal import KeystoneCore

/// `keystone build`: everything that `run` does before the app starts.
enum BuildCommand {
    static let spec = CommandSpec(
        name: "build", summary: "Check the app in DIR, install its npm packages and link the SDK.", arguments: ["[DIR]"]
    )

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> Int32 {
        let prepared = try Preparation.make(arguments.positional.first, context)
        guard try BunConfigCheck.run(prepared.project, context) else { return 1 }
        let keystone = Shell.keystone(prepared.engine, context)
        Console.note(
            "\(prepared.project.config.name) is ready: \(keystone) run \(Shell.quoted(prepared.project.directory))")
        return 0
    }
}
