internal import KeystoneCore

/// `keystone add`: one more part for an app.
enum AddCommand {
    static let spec = CommandSpec(
        name: "add", summary: "Add WHAT, a plugin, service, worker, window or component, to the app in DIR.",
        arguments: ["WHAT", "NAME", "[DIR]"],
        options: [
            OptionSpec(name: "kind", value: "KIND", doc: "Of a plugin: one of \(list(kinds)); service without it.")
        ],
        notes: table([
            ("plugin", "Swift in plugins/, compiled and loaded by keystone run; a core in app/."),
            ("service", "TypeScript in bun/services/, run by Bun."),
            ("worker", "One more Bun process with services of its own in bun/workers/NAME/."),
            ("window", "An entry in keystone.json, and its web component where there is none."),
            ("component", "A web component in bun/web/."),
        ]))

    private static let parts = ["plugin", "service", "worker", "window", "component"]
    private static let kinds = PluginKind.allCases.map(\.rawValue)

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> Int32 {
        let part = try choice(arguments.positional[0], of: parts, as: "WHAT")
        guard let name = PartName(arguments.positional[1]) else {
            throw CommandFailure.usage("NAME: found \"\(arguments.positional[1])\", expected \(PartName.rule)", spec)
        }
        if arguments.has("kind"), part != "plugin" { throw CommandFailure.usage("--kind goes with plugin", spec) }
        let kind = try choice(arguments.options["kind"] ?? "service", of: kinds, as: "--kind")
        let engine = try Engine.find(context)
        let project = try AppProject.open(arguments.positional.dropFirst(2).first, context)
        let addition = try addition(part, PluginKind(rawValue: kind) ?? .service, name, project)
        try addition.apply(to: project, engine)
        if part == "plugin" {
            NativeBuild(project: project, engine: engine).updateDatabase(context)
        }
        report(addition, project)
        return 0
    }

    private static func addition(
        _ part: String, _ kind: PluginKind, _ name: PartName, _ project: AppProject
    ) throws(CommandFailure) -> Addition {
        switch part {
        case "plugin": try .plugin(name, kind, project)
        case "service": try .service(name, project)
        case "worker": try .worker(name, project)
        case "window": try .window(name, project)
        default: try .component(name, project)
        }
    }

    private static func report(_ addition: Addition, _ project: AppProject) {
        var lines = ["Added \(addition.title)"]
        lines += addition.files.map { "  \(shown($0.path, in: project.directory))" }
        if let entry = addition.entry, let file = project.loaded.file {
            lines.append("  \(Files.name(file)): \(entry.key)")
        }
        Console.print(lines.joined(separator: "\n") + "\n\n" + addition.next)
    }

    private static func shown(_ path: String, in directory: String) -> String {
        path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : path
    }

    private static func choice(_ text: String, of choices: [String], as what: String) throws(CommandFailure) -> String {
        guard !choices.contains(text) else { return text }
        let hint = Suggestion.nearest(to: text, in: choices).map { "; did you mean \($0)?" } ?? ""
        throw .usage("\(what): found \"\(text)\", expected one of \(list(choices))\(hint)", spec)
    }

    private static func list(_ choices: [String]) -> String { choices.joined(separator: ", ") }
}
