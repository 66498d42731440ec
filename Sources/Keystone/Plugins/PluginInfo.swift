internal import KeystonePlugins

/// What an app may know of one plugin library.
public struct PluginInfo: Sendable, Hashable {
    /// Whose plugins a directory holds.
    public enum Origin: String, Sendable {
        /// The app's own: `plugins.dir`.
        case bundled
        /// The publisher's: `plugins.userDir`.
        case user
        /// Third parties': `plugins.extensionDir`.
        case community
    }

    public enum State: String, Sendable {
        /// In memory, and about to be started.
        case loaded
        case inService
        /// Not in service; the log says why.
        case refused
        case stopped
    }

    /// The library's name, without `lib` and `.so`.
    public let name: String
    /// The version in service, counted from 1 with every reload; 0 for none.
    public let generation: Int
    public let origin: Origin
    public let state: State
}

extension PluginInfo {
    init(_ status: PluginStatus) {
        name = status.name
        generation = status.generation
        origin =
            switch status.origin {
            case .bundled: .bundled
            case .user: .user
            case .community: .community
            }
        state =
            switch status.state {
            case .loaded: .loaded
            case .inService: .inService
            case .refused: .refused
            case .stopped: .stopped
            }
    }
}
