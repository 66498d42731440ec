internal import KeystoneBuild
internal import KeystoneCore

/// `keystone build`: everything that `run` does before the app starts.
enum BuildCommand {
    static let spec = CommandSpec(
        name: "build",
        summary: "Check the app in DIR, install its npm packages, link the SDK and compile its Swift sources.",
        arguments: ["[DIR]"],
        options: [
            OptionSpec(name: "plugins", doc: "Only compile the Swift in app/, plugins/ and scripts/."),
            OptionSpec(name: "release", doc: "Optimise; without it, compile as run does: soonest."),
        ],
        notes: "What has not changed is not compiled again. Errors: FILE:LINE:COLUMN: error: TEXT, and exit code 1.")

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> Int32 {
        if arguments.has("plugins") {
            let project = try AppProject.open(arguments.positional.first, context)
            try buildNative(project, try Engine.find(context), arguments, context)
            return 0
        }
        let prepared = try Preparation.make(arguments.positional.first, context)
        guard try BunConfigCheck.run(prepared.project, context) else { return 1 }
        try buildNative(prepared.project, prepared.engine, arguments, context)
        let keystone = Shell.keystone(prepared.engine, context)
        Console.note(
            "\(prepared.project.config.name) is ready: \(keystone) run \(Shell.quoted(prepared.project.directory))")
        return 0
    }

    private static func buildNative(
        _ project: AppProject, _ engine: Engine, _ arguments: ParsedArguments, _ context: CommandContext
    ) throws {
        let build = NativeBuild(
            project: project, engine: engine, mode: arguments.has("release") ? .release : .development)
        guard let report = try build.run(context) else {
            if arguments.has("plugins") {
                Console.note("\(project.directory) has no Swift sources in app/, plugins/ or scripts/")
            }
            return
        }
        guard report.succeeded else { throw NativeBuild.failure(report) }
        if arguments.has("plugins") { Console.note(summary(report, project)) }
    }

    private static func summary(_ report: BuildReport, _ project: AppProject) -> String {
        let built = report.entries.filter { $0.outcome == .built }.map(\.module.pluginName)
        return built.isEmpty ? "\(project.directory) is up to date" : "built \(built.joined(separator: ", "))"
    }
}
