/// `keystone doctor`: what is installed, what is missing and the command that mends it.
enum DoctorCommand {
    static let spec = CommandSpec(
        name: "doctor", summary: "Look at this machine: what is there, what is missing, and how to mend it.",
        notes: "Exit code 1 when something is missing that every app needs.")

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> Int32 {
        let findings = SystemChecks(context: context).all()
        for finding in findings { Console.print(finding.lines) }
        let missing = findings.filter { $0.state == .requiredMissing }
        guard !missing.isEmpty else {
            Console.print("\nApps can run on this machine.")
            return 0
        }
        Console.print("\nMissing: \(missing.map(\.subject).joined(separator: ", ")). See above for what mends it.")
        return 1
    }
}
