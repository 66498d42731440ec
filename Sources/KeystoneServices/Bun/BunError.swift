/// Why Bun can't run.
package struct BunError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound, tooOld, notStarted, notReady, wrongProtocol, fatal, noSandbox
    }

    package var code: Code
    /// What is wrong and how to mend it.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// Whether trying again can't help, as long as nobody mends it.
    package var isPermanent: Bool {
        switch code {
        case .notFound, .tooOld, .wrongProtocol, .fatal, .noSandbox: true
        case .notStarted, .notReady: false
        }
    }
}
