/// What became of a library, for the log and the developer's tools.
package enum PluginReport: Sendable {
    /// In service for the first time.
    case loaded(name: String, generation: Int)
    case reloaded(PluginReload)
    /// Its file is gone, and it is out of service.
    case unloaded(name: String)
    /// Not in service; or, with `olderInService`, still the version before.
    case refused(PluginError, name: String, olderInService: Bool)
    /// The app's core changed, or something that it needs: only a restart of the app brings it into service.
    case needsRestart(names: [String])
    /// Some time after a reload, objects of the older generation are still there.
    case leaked(name: String, generation: Int, objects: [String])
}

/// A cascade that was reloaded as a whole.
package struct PluginReload: Sendable, Hashable {
    /// In dependency order.
    package var names: [String]
    package var generations: [Int]
    /// Checking, copying, rewriting and mapping: the older version is in service.
    package var preparation: Duration
    /// From asking the first plugin for its state until the new ones are in service.
    package var swap: Duration
    /// Code and data of generations that are not in service but stay mapped, of all libraries.
    package var oldBytes: Int
}

/// A library as the loader sees it.
package struct PluginStatus: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        /// Mapped; not started yet.
        case loaded
        case inService
        /// See `lastError`.
        case refused
        case stopped
    }

    package var name: String
    package var path: String
    package var origin: PluginOrigin
    /// The one in service; 0 for none.
    package var generation: Int
    package var state: State
    /// All generations together.
    package var mappedBytes: Int
    /// Why the file that lies there now is not in service.
    package var lastError: PluginError?
}
