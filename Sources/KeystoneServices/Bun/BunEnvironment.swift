/// The variables of the Bun process: those of the specification and of `Protocol/README.md`.
package struct BunEnvironment: Sendable {
    package enum Mode: String, Sendable {
        case development, packaged
    }

    /// The bun root, an absolute path.
    package var appRoot: String
    package var appID: String
    package var appName: String
    /// `open` or `allowlist`.
    package var networkMode = "open"
    package var networkEndpoints: [String] = []
    /// 64 hexadecimal digits.
    package var sessionToken: String
    package var mode: Mode
    /// Where `services.db` lies; `nil`: `data/` in the bun root.
    package var dataDirectory: String?
    package var engine: String
    /// JSON text of the paths of the `paths` service.
    package var paths: String?
    package var logLevel = "info"
    /// Path of the Unix socket for streams.
    package var streamSocket: String?

    package init(
        appRoot: String, appID: String, appName: String, sessionToken: String, mode: Mode, engine: String
    ) {
        self.appRoot = appRoot
        self.appID = appID
        self.appName = appName
        self.sessionToken = sessionToken
        self.mode = mode
        self.engine = engine
    }

    /// All variables for the process: what this process inherited, with Keystone's own in place of inherited ones.
    /// `KEYSTONE_PUBLIC_…` are the app's, for its pages.
    package func variables(inherited: [String: String], port: Int) -> [String: String] {
        var result = inherited.filter { name, _ in
            !name.hasPrefix("KEYSTONE_") || name.hasPrefix("KEYSTONE_PUBLIC_")
        }
        result["KEYSTONE_APP_ROOT"] = appRoot
        result["KEYSTONE_APP_ID"] = appID
        result["KEYSTONE_APP_NAME"] = appName
        result["KEYSTONE_NETWORK_MODE"] = networkMode
        result["KEYSTONE_NETWORK_ENDPOINTS"] = networkEndpoints.joined(separator: ",")
        result["KEYSTONE_SESSION_TOKEN"] = sessionToken
        result["KEYSTONE_PORT"] = String(port)
        result["KEYSTONE_MODE"] = mode.rawValue
        result["KEYSTONE_DATA_DIR"] = dataDirectory
        result["KEYSTONE_ENGINE"] = engine
        result["KEYSTONE_PATHS"] = paths
        result["KEYSTONE_LOG_LEVEL"] = logLevel
        result["KEYSTONE_STREAM_SOCKET"] = streamSocket
        return result
    }
}
