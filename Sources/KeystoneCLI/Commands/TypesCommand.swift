internal import KeystoneBuild
internal import KeystoneCore

/// `keystone types`: what the app's Swift handlers take and answer, for TypeScript. The host writes it, since the handlers
/// are known where they are registered.
enum TypesCommand {
    static let spec = CommandSpec(
        name: "types", summary: "Write TypeScript declarations of the Swift handlers of the app in DIR.",
        arguments: ["[DIR]"],
        options: [
            OptionSpec(
                name: "out", value: "FILE", doc: "The file; types/handlers.d.ts of the app's bun directory without it."),
            OptionSpec(name: "check", doc: "Write nothing; the exit code is 1 when the file is out of date."),
            OptionSpec(
                name: "timeout", value: "SECONDS", doc: "The time limit of the services' start, 30 without it."),
        ],
        notes: "The app's Swift starts as in keystone run, but nothing is shown and Bun is not started.")

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> Int32 {
        let limit = try arguments.timeout(spec)
        let prepared = try Preparation.make(arguments.positional.first, context)
        let host = try prepared.engine.host(context)
        let file = try file(arguments, prepared.project)
        // What was built before it stopped compiling has other handlers, perhaps.
        let build = NativeBuild(project: prepared.project, engine: prepared.engine, mode: .development)
        if let report = try build.run(context), !report.succeeded { throw NativeBuild.failure(report) }
        var environment = context.environment
        environment["KEYSTONE_ENGINE"] = prepared.engine.root
        environment["KEYSTONE_BUN"] = prepared.bun?.path
        // What a start says besides is not asked for.
        if context.variable("KEYSTONE_LOG_LEVEL") == nil { environment["KEYSTONE_LOG_LEVEL"] = "warning" }
        let check = arguments.has("check") ? ["--check"] : []
        try Tool.become(
            host, [prepared.project.directory, "--types", file] + check + limit, environment: environment)
    }

    private static func file(
        _ arguments: ParsedArguments, _ project: AppProject
    ) throws(CommandFailure) -> String {
        if let given = arguments.options["out"] {
            let path = Files.absolute(given)
            guard path.hasSuffix(".d.ts"), !Files.isDirectory(path) else {
                throw .usage("--out: found \"\(given)\", expected a file with the extension .d.ts", spec)
            }
            return path
        }
        guard let bunRoot = project.bunRoot else {
            throw CommandFailure(
                "the app has no bun directory for its types", hint: "Name a file: keystone types --out FILE.d.ts")
        }
        return HandlerTypesPlace.path(in: bunRoot)
    }
}
