internal import KeystoneCore

/// Command lines to copy into a shell.
enum Shell {
    /// The word as a shell takes it, quoted where it must be.
    static func quoted(_ word: String) -> String {
        let isPlain = word.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789/._-+@%:,".unicodeScalars.contains($0)
        }
        return isPlain && !word.isEmpty && !word.hasPrefix("-") ? word : "'\(word.replacing("'", with: #"'\''"#))'"
    }

    /// How the person calls this command: by its name where PATH has it, else by its path.
    static func keystone(_ engine: Engine, _ context: CommandContext) -> String {
        if Files.onPath("keystone", context.environment) != nil { return "keystone" }
        let script = engine.root + "/keystone"
        return quoted(Files.isExecutable(script) ? script : context.executable)
    }
}
