internal import KeystoneServices
internal import KeystoneSupport

/// Whether pages call the host over connections of their own, and what that takes.
struct FastPath: Sendable {
    /// Holds the library for WebKit's web processes; `nil` where pages call by script messages.
    let extensionDirectory: String?
    /// For the log.
    let description: String

    static let library = "libkeystone-page.so"

    /// - Parameter places: Directories that may hold the library, the first one that does counts.
    init(isWanted: Bool, places: [String]) {
        guard isWanted else {
            (extensionDirectory, description) = (nil, "script messages (KEYSTONE_FAST_PATH is off)")
            return
        }
        extensionDirectory = places.first { fileExists($0 + "/" + Self.library) }
        description =
            extensionDirectory.map { "connections of their own (\($0))" }
            ?? "script messages (no \(Self.library) in \(places.joined(separator: ", ")))"
    }

    /// The thread that reads the connections; `nil` where there are none.
    func makeLoop(_ log: Logger) -> PageSocketLoop? {
        guard extensionDirectory != nil else { return nil }
        do {
            return try PageSocketLoop()
        } catch {
            log.warning("pages call the host by script messages after all: \(error)")
            return nil
        }
    }
}
