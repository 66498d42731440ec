internal import KeystoneBuild

/// `keystone run`: prepares the app and becomes the host.
enum RunCommand {
    static let spec = CommandSpec(
        name: "run", summary: "Run the app in DIR, the current directory when none is named.", arguments: ["[DIR]"],
        options: [
            OptionSpec(
                name: "screenshot", value: "FILE.png", doc: "Save a picture once all windows have painted, then exit."),
            OptionSpec(
                name: "eval", value: "JS", doc: "Evaluate an expression in a mounted page, print its JSON, then exit."),
            OptionSpec(name: "window", value: "COMPONENT", doc: "The window for --eval; the first one without it."),
            OptionSpec(
                name: "timeout", value: "SECONDS", doc: "The time limit of --screenshot and --eval, 30 without it."),
            OptionSpec(
                name: "retry-plugins", doc: "Load plugins again that were left out because they ended the app."),
            OptionSpec(name: "control", doc: "Take commands as JSON lines on standard input.", hidden: true),
        ],
        notes: """
            An app with a Package.swift that makes a program is built with `swift build` and run by that program.
            Exit codes: 0, 1 for a failure (a JavaScript error too), 2 for wrong usage, 124 when the time is up.
            """)

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> Int32 {
        let options = try hostOptions(arguments)
        let prepared = try Preparation.make(arguments.positional.first, context)
        if context.variable("KEYSTONE_MODE") != "packaged" { try buildNative(prepared, context) }
        var environment = context.environment
        environment["KEYSTONE_ENGINE"] = prepared.engine.root
        environment["KEYSTONE_BUN"] = prepared.bun?.path
        if let executable = prepared.project.executable {
            try executable.run(options, environment: environment, context)
        }
        let host = try prepared.engine.host(context)
        try Tool.become(host, [prepared.project.directory] + options, environment: environment)
    }

    /// Builds what has changed. What can't be compiled runs as it was built before; there is no app without a plugin that
    /// never was.
    private static func buildNative(_ prepared: Preparation, _ context: CommandContext) throws {
        let build = NativeBuild(project: prepared.project, engine: prepared.engine, mode: .development)
        guard let report = try build.run(context), !report.succeeded else { return }
        let failed = report.entries.filter { $0.outcome != .built && $0.outcome != .upToDate }.map(\.module)
        guard failed.allSatisfy({ $0.kind == .script || Files.exists($0.library) }) else {
            throw NativeBuild.failure(report)
        }
        Console.warning(
            "\(NativeBuild.failure(report).message): starting with what was built before of "
                + failed.map(\.pluginName).joined(separator: ", "))
    }

    /// The options as the host takes them, checked.
    private static func hostOptions(_ arguments: ParsedArguments) throws(CommandFailure) -> [String] {
        if arguments.has("window"), !arguments.has("eval") {
            throw .usage("--window goes with --eval", spec)
        }
        var options: [String] = []
        if let file = arguments.options["screenshot"] {
            let path = Files.absolute(file)
            guard Files.isDirectory(Files.parent(path)) else {
                throw CommandFailure("--screenshot: there is no directory \(Files.parent(path))")
            }
            options += ["--screenshot", path]
        }
        for name in ["eval", "window"] {
            if let value = arguments.options[name] { options += ["--\(name)", value] }
        }
        options += try arguments.timeout(spec)
        for name in ["retry-plugins", "control"] where arguments.has(name) { options.append("--\(name)") }
        return options
    }
}

extension ParsedArguments {
    /// `--timeout SECONDS` as the host takes it, checked; nothing where it was not given.
    func timeout(_ spec: CommandSpec) throws(CommandFailure) -> [String] {
        guard let text = options["timeout"] else { return [] }
        guard let seconds = Double(text), seconds > 0, seconds <= 86_400 else {
            throw .usage("--timeout: found \"\(text)\", expected seconds from 0 to 86400", spec)
        }
        return ["--timeout", text]
    }
}
