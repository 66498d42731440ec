/// The base directories of the XDG specification (version 0.8).
package enum XDGDirectory: Sendable, CaseIterable {
    case data, config, cache, state

    /// The directory itself, without the app's name. A relative value in the environment is ignored, as §2 demands.
    package func base(environment: [String: String]) -> String {
        if let given = environment[variable], given.hasPrefix("/") { return given }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        return home + "/" + fallback
    }

    /// The directory of one app. The id is used as a single path component.
    package func path(appID: String, environment: [String: String]) -> String {
        base(environment: environment) + "/" + XDGDirectory.component(appID)
    }

    /// The id with everything that could leave the directory replaced.
    static func component(_ id: String) -> String {
        let safe = String(id.map { $0 == "/" || $0 == "\0" ? "_" : $0 })
        return safe.isEmpty || safe == "." || safe == ".." ? "keystone" : safe
    }

    private var variable: String {
        switch self {
        case .data: "XDG_DATA_HOME"
        case .config: "XDG_CONFIG_HOME"
        case .cache: "XDG_CACHE_HOME"
        case .state: "XDG_STATE_HOME"
        }
    }

    private var fallback: String {
        switch self {
        case .data: ".local/share"
        case .config: ".config"
        case .cache: ".cache"
        case .state: ".local/state"
        }
    }
}
