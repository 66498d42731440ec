internal import KeystoneCore

/// What was given to a command.
struct ParsedArguments: Sendable, Equatable {
    var positional: [String] = []
    /// By the option's name; the empty string for a switch.
    var options: [String: String] = [:]

    func has(_ name: String) -> Bool { options[name] != nil }
}

enum ArgumentParser {
    /// Reads options (`--name value`, `--name=value`) and arguments in any order; `--` ends the options.
    static func parse(_ arguments: [String], for spec: CommandSpec) throws(CommandFailure) -> ParsedArguments {
        var result = ParsedArguments()
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                result.positional += rest
                break
            } else if argument.hasPrefix("-"), argument.count > 1 {
                try option(argument, &rest, spec, &result)
            } else {
                result.positional.append(argument)
            }
        }
        try checkCount(result, spec)
        return result
    }

    private static func option(
        _ argument: String, _ rest: inout ArraySlice<String>, _ spec: CommandSpec, _ result: inout ParsedArguments
    ) throws(CommandFailure) {
        if argument == "-h" || argument == "--help" {
            result.options["help"] = ""
            return
        }
        let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        guard argument.hasPrefix("--"), let option = spec.options.first(where: { $0.name == name }) else {
            throw unknown(argument, name, spec)
        }
        guard result.options[name] == nil else { throw .usage("the option --\(name) was given twice", spec) }
        guard let placeholder = option.value else {
            guard parts.count == 1 else { throw .usage("the option --\(name) takes no value", spec) }
            result.options[name] = ""
            return
        }
        // A value may begin with a dash (an expression does), but not be empty.
        guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
            throw .usage("the option --\(name) needs a value: --\(name) \(placeholder)", spec)
        }
        result.options[name] = value
    }

    private static func unknown(_ argument: String, _ name: String, _ spec: CommandSpec) -> CommandFailure {
        let nearest = Suggestion.nearest(to: name, in: spec.options.filter { !$0.hidden }.map(\.name) + ["help"])
        let hint = nearest.map { "; did you mean --\($0)?" } ?? ""
        return .usage("unknown option \(argument)\(hint)", spec)
    }

    private static func checkCount(_ result: ParsedArguments, _ spec: CommandSpec) throws(CommandFailure) {
        guard !result.has("help") else { return }
        if result.positional.count < spec.requiredArguments {
            throw .usage("\(spec.arguments[result.positional.count]) is missing", spec)
        }
        if let index = result.positional.firstIndex(of: ""), index < spec.arguments.count {
            throw .usage("\(spec.arguments[index]) is empty", spec)
        }
        if result.positional.count > spec.arguments.count, !spec.takesMore {
            throw .usage("unexpected argument \"\(result.positional[spec.arguments.count])\"", spec)
        }
    }
}
