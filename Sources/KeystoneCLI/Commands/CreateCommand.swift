internal import KeystoneCore
internal import KeystoneSupport

/// `keystone create`: a new app from a template.
enum CreateCommand {
    static let spec = CommandSpec(
        name: "create", summary: "Make a new app in DIR, which must be new or empty.", arguments: ["DIR"],
        options: [
            OptionSpec(name: "name", value: "NAME", doc: "The app's name; made from DIR without it."),
            OptionSpec(name: "id", value: "ID", doc: "The app's id in reverse DNS; made from DIR without it."),
            OptionSpec(
                name: "template", value: "NAME", doc: "One of \(templates.joined(separator: ", ")); vanilla without it."
            ),
            OptionSpec(name: "native", doc: "With a core and a plugin in Swift."),
        ])

    static let templates = ["vanilla", "react", "svelte", "vue"]

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> Int32 {
        let argument = arguments.positional[0]
        let directory = Files.absolute(argument)
        let template = try template(arguments)
        let names = try names(arguments, directory)
        let engine = try Engine.find(context)
        try checkEmpty(directory)
        let layers = arguments.has("native") ? ["native", "native-\(template)"] : ["web"]
        let sources = (["common", template] + layers).map { "\(engine.root)/templates/\($0)" }
        if let missing = sources.first(where: { !Files.isDirectory($0) }) {
            throw CommandFailure("this installation lacks \(missing)")
        }
        try ProjectTemplate(sources: sources, substitutions: names).copy(to: directory)
        let vendoring = Vendoring(engine: engine, bunRoot: directory + "/bun")
        try vendoring.apply()
        if arguments.has("native") {
            let project = try AppProject.open(directory, context)
            NativeBuild(project: project, engine: engine).updateDatabase(context)
        }
        let native = arguments.has("native") ? " So does Swift in plugins/; a new core in app/ needs a restart." : ""
        Console.print(
            """
            Created \(names["NAME"] ?? "") in \(directory)

            Next:
              cd \(Shell.quoted(argument.hasPrefix("-") ? "./" + argument : argument))
              \(Shell.keystone(engine, context)) run

            Edit \(editedFile(template)) while it runs: the window follows.\(native)
            """)
        if let note = note(template) { Console.print("\n\(note)") }
        return 0
    }

    private static func editedFile(_ template: String) -> String {
        switch template {
        case "react": "bun/web/app.tsx"
        case "svelte": "bun/src/App.svelte"
        default: "bun/web/app.ts"
        }
    }

    /// What the first run does besides.
    private static func note(_ template: String) -> String? {
        switch template {
        case "vanilla": nil
        default: "The first run installs \(template) from the npm registry, and so needs the network."
        }
    }

    private static func template(_ arguments: ParsedArguments) throws(CommandFailure) -> String {
        let name = arguments.options["template"] ?? "vanilla"
        guard templates.contains(name) else {
            let hint = Suggestion.nearest(to: name, in: templates).map { "; did you mean \($0)?" } ?? ""
            throw .usage(
                "--template: found \"\(name)\", expected one of \(templates.joined(separator: ", "))\(hint)", spec)
        }
        return name
    }

    /// The template's substitutions.
    private static func names(
        _ arguments: ParsedArguments, _ directory: String
    ) throws(CommandFailure) -> [String: String] {
        let last = Files.name(directory)
        let part = AppID.part(from: last)
        let name = arguments.options["name"] ?? title(last.allSatisfy(isPlain) ? last : part)
        guard !name.allSatisfy(\.isWhitespace), name.count <= 100, !name.unicodeScalars.contains(where: isControl)
        else {
            throw .usage("--name: expected one line of at most 100 characters", spec)
        }
        let id = arguments.options["id"] ?? "com.example.\(part)"
        guard AppID.isValid(id) else { throw .usage("--id: found \"\(id)\", expected \(AppID.rule)", spec) }
        return ["NAME": name, "ID": id, "PACKAGE": part]
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || " -_.'".contains(character)
    }

    /// `my-app` becomes `My App`.
    private static func title(_ part: String) -> String {
        part.split { $0 == "-" || $0 == "_" || $0 == " " }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(
            separator: " ")
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || scalar.value == 0x7F }

    private static func checkEmpty(_ directory: String) throws(CommandFailure) {
        guard Files.isPresent(directory) else { return }
        guard Files.isDirectory(directory) else { throw CommandFailure("\(directory) is there and no directory") }
        let entries: [String]
        do throws(SystemError) {
            entries = try Files.names(in: directory)
        } catch {
            throw CommandFailure("\(directory) can't be read: \(error.reason)")
        }
        guard entries.isEmpty else {
            throw CommandFailure("\(directory) is not empty", hint: "Name a new directory; nothing was changed.")
        }
    }
}
