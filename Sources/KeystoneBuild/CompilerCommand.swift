/// A program of the toolchain to run, with nothing on its standard input.
package struct CompilerCommand: Sendable, Hashable {
    /// Absolute.
    package var executable: String
    package var arguments: [String]
    package var directory: String

    package init(executable: String, arguments: [String], directory: String) {
        self.executable = executable
        self.arguments = arguments
        self.directory = directory
    }
}

/// How it ended.
package struct CompilerOutput: Sendable, Hashable {
    /// 0 for success; 128 and the signal's number for a program that a signal ended.
    package var status: Int32
    /// Standard output and standard error, in this order.
    package var text: String

    package init(status: Int32, text: String) {
        self.status = status
        self.text = text
    }
}

/// Runs a program of the toolchain to its end; a cancelled task ends the program and throws `CancellationError`. Called for
/// several at once.
package typealias CompilerRunner = @Sendable (CompilerCommand) async throws -> CompilerOutput
