internal import KeystoneSupport

/// Which actions a page may send straight to the host, in an app without Bun. Where there is one, it decides this by
/// `security` of `keystone.config.ts`; of that file a packaged app has the values in `keystone.resolved.json`.
struct ActionPolicy: Sendable, Hashable {
    private let isOpen: Bool
    private let patterns: [String]

    /// - Parameters:
    ///   - resolved: What `keystone.resolved.json` holds; `nil` without one.
    ///   - isDevelopment: What the mode `auto` stands for: everything in development, the list in a packaged app.
    init(resolved: JSONValue?, isDevelopment: Bool) {
        let security = resolved?["security"]
        isOpen =
            switch security?["mode"]?.string {
            case "open": true
            case "allowlist": false
            default: isDevelopment
            }
        patterns = security?["allowedActions"]?.array?.compactMap(\.string) ?? []
    }

    /// A `*` at the end of a pattern stands for any ending.
    func allows(_ action: String) -> Bool {
        isOpen
            || patterns.contains { pattern in
                pattern.hasSuffix("*") ? action.hasPrefix(pattern.dropLast()) : action == pattern
            }
    }
}

extension ActionPolicy {
    private static let maximumBytes = 1 << 20

    /// Reads `keystone.resolved.json` of the bun root. One that can't be read allows nothing, and is told.
    static func read(bunRoot: String, isDevelopment: Bool, log: Logger) -> ActionPolicy {
        let path = bunRoot + "/keystone.resolved.json"
        guard fileExists(path) else { return ActionPolicy(resolved: nil, isDevelopment: isDevelopment) }
        do {
            let resolved = try JSONValue.parse(SmallFile.read(path, limit: maximumBytes))
            return ActionPolicy(resolved: resolved, isDevelopment: isDevelopment)
        } catch {
            log.error("\(path) can't be read, so pages may send no actions: \(error)")
            return ActionPolicy(resolved: nil, isDevelopment: false)
        }
    }
}
