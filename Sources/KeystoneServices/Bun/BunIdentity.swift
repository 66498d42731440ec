package import KeystoneSupport

/// Who a Bun process is in messages and in the log.
package struct BunIdentity: Sendable {
    /// As a sentence begins with it: `Bun`, or `The worker "x"`.
    package var subject: String
    package var logger: Logger
    /// Set for a worker: its services' lines stand under the worker's name, whatever they call themselves.
    package var keepsOwnSource: Bool
    /// Lines of code that is not the app's own are limited in number.
    package var limitsLog: Bool

    package init(subject: String, logger: Logger, keepsOwnSource: Bool = false, limitsLog: Bool = false) {
        self.subject = subject
        self.logger = logger
        self.keepsOwnSource = keepsOwnSource
        self.limitsLog = limitsLog
    }

    /// The app's main Bun process.
    package static let main = BunIdentity(subject: "Bun", logger: Logger("bun"))

    package static func worker(_ name: String, isExtensionHost: Bool) -> BunIdentity {
        BunIdentity(
            subject: "The worker \"\(name)\"", logger: Logger("worker:\(name)"), keepsOwnSource: true,
            limitsLog: isExtensionHost)
    }

    /// As it stands within a sentence.
    var sentencePart: String { keepsOwnSource ? "the" + subject.dropFirst(3) : subject }

    /// The log that a line of the process belongs to, by the source that the line names.
    func logger(for source: String) -> Logger {
        guard keepsOwnSource else { return logger.from(source) }
        return source == "bun" ? logger : logger.from("\(logger.source) \(source.prefix(80))")
    }
}
