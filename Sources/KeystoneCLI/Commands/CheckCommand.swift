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
        if arguments.has("print") {
            show(loaded)
        } else {
            Console.print("\(loaded.file ?? project.directory): no errors")
        }
        return 0
    }

    private static func show(_ loaded: LoadedConfig) {
        let file = loaded.file.map { "# \($0)" } ?? "# no configuration file: development defaults"
        let values = loaded.values.map { (key: $0.key, text: text($0.value), origin: "\($0.origin)") }
        let keys = values.map(\.key.count).max() ?? 0
        let texts = min(40, values.map(\.text.count).max() ?? 0)
        Console.print(file)
        for value in values {
            Console.print("\(padded(value.key, keys))  \(padded(value.text, texts))  # \(value.origin)")
        }
    }

    /// As one would write it: `900`, not `900.0`.
    private static func text(_ value: JSONValue) -> String {
        if let number = value.double, let integer = Int(exactly: number) { return "\(integer)" }
        return "\(value)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
