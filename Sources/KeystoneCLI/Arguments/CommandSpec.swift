/// One option of a command.
struct OptionSpec: Sendable {
    /// Without the dashes.
    let name: String
    /// What stands for the value in the help; `nil` for a switch.
    var value: String?
    let doc: String
    /// Left out of the help.
    var hidden = false
}

/// What a command is called, what it takes and what its help says.
struct CommandSpec: Sendable {
    let name: String
    let summary: String
    /// What stands for each argument in the help, `[DIR]` for one that may be left out.
    var arguments: [String] = []
    var options: [OptionSpec] = []
    /// Shown below the options.
    var notes = ""
    /// The last argument may come any number of times.
    var takesMore = false

    var requiredArguments: Int { arguments.count { !$0.hasPrefix("[") } }

    /// For example `keystone run [DIR] [OPTION...]`.
    var usage: String {
        (["keystone", name] + arguments + (options.isEmpty ? [] : ["[OPTION...]"])).joined(separator: " ")
    }

    var help: String {
        let shown = options.filter { !$0.hidden } + [OptionSpec(name: "help", doc: "Show this help.")]
        let rows = shown.map { ("--\($0.name)" + ($0.value.map { " \($0)" } ?? ""), $0.doc) }
        return "usage: \(usage)\n\n\(summary)\n\noptions:\n\(table(rows))" + (notes.isEmpty ? "" : "\n\(notes)\n")
    }
}

/// Two columns, indented by two.
func table(_ rows: [(String, String)]) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)\n" }.joined()
}
