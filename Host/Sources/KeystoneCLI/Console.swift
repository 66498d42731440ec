internal import Foundation

/// What the command says: results on standard output, everything else on standard error.
enum Console {
    static func print(_ text: String) { write(text + "\n", to: .standardOutput) }

    /// A step that takes time or changes something.
    static func step(_ text: String) { write("\(bold("▸ \(text)"))\n", to: .standardError) }

    static func note(_ text: String) { write("\(text)\n", to: .standardError) }

    static func warning(_ text: String) { write("\(styled("33", "warning:")) \(text)\n", to: .standardError) }

    static func failure(_ failure: CommandFailure) {
        write("\(styled("31", "error:")) \(failure.message)\n", to: .standardError)
        if let hint = failure.hint { write("\(hint)\n", to: .standardError) }
    }

    private static func bold(_ text: String) -> String { styled("1", text) }

    private static func styled(_ code: String, _ text: String) -> String {
        isatty(STDERR_FILENO) == 1 ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A closed pipe (`keystone check | head`) is no reason to fail.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
