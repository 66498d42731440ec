/// Why a command ends, in words for the person at the shell.
struct CommandFailure: Error, Sendable {
    var message: String
    /// What mends it.
    var hint: String?
    /// 1 for failures, 2 for wrong usage.
    var code: Int32 = 1

    init(_ message: String, hint: String? = nil, code: Int32 = 1) {
        self.message = message
        self.hint = hint
        self.code = code
    }

    static func usage(_ message: String, _ spec: CommandSpec) -> CommandFailure {
        CommandFailure(message, hint: "usage: \(spec.usage)\nTry keystone \(spec.name) --help", code: 2)
    }
}
