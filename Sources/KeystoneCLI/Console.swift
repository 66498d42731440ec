internal import Glibc
internal import KeystoneSupport

/// What the command says: results on standard output, everything else on standard error.
enum Console {
    static func print(_ text: String) { StandardStreams.printLine(text) }

    /// A step that takes time or changes something.
    static func step(_ text: String) { note(bold("▸ \(text)")) }

    static func note(_ text: String) { StandardStreams.errorLine(text) }

    static func warning(_ text: String) { note("\(styled("33", "warning:")) \(text)") }

    static func failure(_ failure: CommandFailure) {
        note("\(styled("31", "error:")) \(failure.message)")
        if let hint = failure.hint { note(hint) }
    }

    private static func bold(_ text: String) -> String { styled("1", text) }

    private static func styled(_ code: String, _ text: String) -> String {
        isatty(STDERR_FILENO) == 1 ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
