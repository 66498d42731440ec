internal import KeystoneSupport
internal import Synchronization

/// What an extension host may say: nothing but channels and actions under its prefixes.
final class ExtensionFilter: Sendable {
    private let prefixes: [String]
    private let logger: Logger
    /// What was refused and told already.
    private let told = Mutex<Set<String>>([])
    private static let maximumTold = 100

    /// - Parameter prefixes: None allow nothing.
    init(prefixes: [String], logger: Logger) {
        self.prefixes = prefixes
        self.logger = logger
    }

    /// Whether it may; a refusal is logged, once for each name.
    func allows(_ name: String, as what: String) -> Bool {
        if prefixes.contains(where: name.hasPrefix) { return true }
        let shown = String(name.prefix(200))
        let isNew = told.withLock { told in told.count < Self.maximumTold && told.insert("\(what) \(shown)").inserted }
        if isNew {
            let allowed = prefixes.isEmpty ? "none" : prefixes.joined(separator: ", ")
            logger.warning("The \(what) \"\(shown)\" was refused; allowedChannels: \(allowed)")
        }
        return false
    }
}
