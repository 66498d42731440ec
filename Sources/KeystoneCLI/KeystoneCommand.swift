internal import KeystoneCore
internal import KeystoneSupport

/// Something that `keystone NAME` does.
struct Command: Sendable {
    let spec: CommandSpec
    /// Returns the exit code; throws `CommandFailure`.
    let run: @Sendable (ParsedArguments, CommandContext) throws -> Int32
}

/// What a command may know of the process it runs in.
struct CommandContext: Sendable {
    let environment: [String: String]
    /// The running executable, links resolved.
    let executable: String

    /// The text of a variable that is set and not empty.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The `keystone` command.
public enum KeystoneCommand {
    public static let version = frameworkVersion

    private static let commands = [
        Command(spec: CreateCommand.spec, run: CreateCommand.run),
        Command(spec: AddCommand.spec, run: AddCommand.run),
        Command(spec: RunCommand.spec, run: RunCommand.run),
        Command(spec: BuildCommand.spec, run: BuildCommand.run),
        Command(spec: CheckCommand.spec, run: CheckCommand.run),
        Command(spec: TypesCommand.spec, run: TypesCommand.run),
        Command(spec: SignCommand.spec, run: SignCommand.run),
        Command(spec: DoctorCommand.spec, run: DoctorCommand.run),
    ]

    /// Runs the command line without the program's name and returns the exit code.
    public static func run(_ arguments: [String]) -> Int32 {
        let context = CommandContext(
            environment: ProcessEnvironment.current, executable: Files.link("/proc/self/exe") ?? "keystone")
        do {
            return try dispatch(arguments, context)
        } catch let failure as CommandFailure {
            Console.failure(failure)
            return failure.code
        } catch {
            Console.failure(CommandFailure("\(error)"))
            return 1
        }
    }

    private static func dispatch(_ arguments: [String], _ context: CommandContext) throws -> Int32 {
        guard let name = arguments.first else {
            Console.note(help)
            return 2
        }
        if arguments.contains("--version"), arguments.prefix(while: { $0 != "--" }).contains("--version") {
            Console.print("keystone \(version)")
            return 0
        }
        if name == "--help" || name == "-h" || name == "help" {
            Console.print(help)
            return 0
        }
        guard let command = commands.first(where: { $0.spec.name == name }) else {
            let nearest = Suggestion.nearest(to: name, in: commands.map(\.spec.name))
            let hint = nearest.map { "Did you mean keystone \($0)?" } ?? "Try keystone --help"
            throw CommandFailure("unknown command \"\(name)\"", hint: hint, code: 2)
        }
        let parsed = try ArgumentParser.parse(Array(arguments.dropFirst()), for: command.spec)
        if parsed.has("help") {
            Console.print(command.spec.help)
            return 0
        }
        return try command.run(parsed, context)
    }

    private static var help: String {
        """
        usage: keystone COMMAND [ARGUMENT...]

        Makes, checks and runs Keystone apps.

        commands:
        \(table(commands.map { ($0.spec.name, $0.spec.summary) }))
        options:
          --help     Show this help; keystone COMMAND --help shows a command's.
          --version  Show the version.
        """
    }
}
