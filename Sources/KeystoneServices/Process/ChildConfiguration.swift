/// What to start, and how.
package struct ChildConfiguration: Sendable {
    /// An absolute path.
    package var executable: String
    /// Without the program's own name.
    package var arguments: [String]
    /// All of it; nothing is inherited.
    package var environment: [String: String]
    package var directory: String?
    /// Bytes that may wait for a child that does not read its input.
    package var maximumQueuedBytes: Int
    /// Gives the child one more output, on descriptor 3, that what it starts does not have: what comes from there was said
    /// by the child itself.
    package var hasMessageOutput = false

    package init(
        executable: String, arguments: [String] = [], environment: [String: String] = [:], directory: String? = nil,
        maximumQueuedBytes: Int = 256 << 20
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.maximumQueuedBytes = maximumQueuedBytes
    }
}

/// What a child's owner hears, always on the child's own thread and in order; `exited` comes last.
package struct ChildHandlers: Sendable {
    package var output: @Sendable (ArraySlice<UInt8>) -> Void
    package var errorOutput: @Sendable (ArraySlice<UInt8>) -> Void
    /// Where the child has such an output.
    package var messages: @Sendable (ArraySlice<UInt8>) -> Void
    package var exited: @Sendable (ExitStatus) -> Void

    package init(
        output: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
        errorOutput: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
        messages: @escaping @Sendable (ArraySlice<UInt8>) -> Void = { _ in },
        exited: @escaping @Sendable (ExitStatus) -> Void
    ) {
        self.output = output
        self.errorOutput = errorOutput
        self.messages = messages
        self.exited = exited
    }
}
