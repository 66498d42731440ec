internal import KeystoneSupport

/// The port that an app had last, kept in its state directory: pages keep their origin, and so their stored data.
package struct PortMemory: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    package init(appID: String, environment: [String: String]) {
        path = XDGDirectory.state.path(appID: appID, environment: environment) + "/port"
    }

    /// 0, which asks for any port, when none is known.
    package func load() -> Int {
        do {
            let text = String(decoding: try SmallFile.read(path, limit: 16), as: UTF8.self)
            let port = Int(text.prefix { $0.isNumber }) ?? 0
            return (1024...65535).contains(port) ? port : 0
        } catch {
            return 0  // Not there yet, or unreadable: a new port works too.
        }
    }

    package func save(_ port: Int) {
        guard port != load() else { return }
        do {
            try makeDirectories(parentDirectory(of: path), private: true)
            try SmallFile.replace(path, with: Array("\(port)\n".utf8))
        } catch {
            Logger("host").warning("The port can't be remembered: \(error)")
        }
    }
}
