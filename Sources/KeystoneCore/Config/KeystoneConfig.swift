/// What `keystone.config.json` or `keystone.json` says: who the app is, its windows and everything the host runs for it.
///
/// The defaults here are the only ones; `KeystoneConfig.schema` describes the file's keys and their rules.
public struct KeystoneConfig: Sendable, Hashable {
    /// Shown to people.
    public var name = ""
    /// In reverse DNS, for example `com.example.notes`; names the app's directories and its desktop entry.
    public var id = ""
    public var version = "0.0.0"
    public var windows: [WindowConfig] = []
    public var security = SecurityConfig()
    /// `nil`: the app has no Bun side.
    public var bun: BunConfig?
    /// The shared library with the core plugin, relative to the app's directory.
    public var appAssembly: String?
    public var plugins = PluginsConfig()
    public var scripts = ScriptsConfig()
    /// Relative to the app's directory.
    public var iconDir = "icons"
    /// In the order of the file.
    public var menus: [MenuConfig] = []
    public var workers: [WorkerConfig] = []
    public var processRecovery = ProcessRecoveryConfig()
    public var build = BuildConfig()
    public var rendering = RenderingConfig.auto
    public var quitOnLastWindowClosed = true

    public init() {}
}

/// How pixels are drawn.
public enum RenderingConfig: String, Sendable, CaseIterable {
    /// Decided by what the machine has.
    case auto
    case gpu
    case software
}

/// One kind of window.
public struct WindowConfig: Sendable, Hashable {
    /// The web component, or the type of a window plugin.
    public var component = ""
    private var givenTitle: String?
    private var givenWidth: Double?
    private var givenHeight: Double?
    /// The component's name unless the file gives one.
    public var title: String {
        get { givenTitle ?? component }
        set { givenTitle = newValue }
    }
    /// In points.
    public var width: Double {
        get { givenWidth ?? 800 }
        set { givenWidth = newValue }
    }
    public var height: Double {
        get { givenHeight ?? 600 }
        set { givenHeight = newValue }
    }
    /// Whether there is a title besides the component's name. Without one, a window plugin has its own.
    package var givesTitle: Bool { givenTitle != nil }
    package var givesSize: Bool { givenWidth != nil || givenHeight != nil }
    /// In screen coordinates; both or neither.
    public var x: Double?
    public var y: Double?
    /// In points; the window can't be made smaller.
    public var minWidth: Double?
    public var minHeight: Double?
    public var resizable = true
    /// Open on launch.
    public var spawn = true
    public var titleBarStyle = TitleBarStyle.hidden
    /// Above other windows.
    public var floating = false
    /// No native drawing under the web content. True for every headless window.
    public var renderless = false
    /// Never shown.
    public var headless = false
    /// A strip of buttons above the content. Of `KeystoneApp` alone: the file has no key for it.
    public var toolbar: [ToolbarItem] = []

    public init() {}

    /// `nil` leaves the place to the window manager.
    public var position: Point? {
        guard let x, let y else { return nil }
        return Point(x: x, y: y)
    }
}

public struct SecurityConfig: Sendable, Hashable {
    public var network = NetworkConfig()

    public init() {}
}

/// What services may fetch.
public struct NetworkConfig: Sendable, Hashable {
    public enum Mode: String, Sendable, CaseIterable {
        /// Open in development, `allowlist` in a packaged app.
        case auto
        case open
        case allowlist
    }

    public var mode = Mode.auto
    /// `host`, `host:port` or `*.domain`.
    public var allowedEndpoints: [String] = []

    public init() {}
}

public struct BunConfig: Sendable, Hashable {
    public var enabled = true
    /// Relative to the app's directory.
    public var root = "bun"
    /// Set by the packager.
    public var compiledExe: String?
    /// Set by the packager.
    public var compiledWorkerExe: String?

    public init() {}
}

public struct PluginsConfig: Sendable, Hashable {
    public var enabled = true
    /// Plugins that belong to the app, relative to its directory. A missing directory holds no plugins.
    public var dir = "dylib"
    /// Plugins that the publisher manages; see `AppPaths.resolve(_:)` for `~/` and `$APP_SUPPORT/`.
    public var userDir: String?
    /// Plugins of third parties.
    public var extensionDir: String?
    public var hotReload = true
    public var debounceMs = 200
    public var allowExternalSignatures = false
    /// Ed25519 keys whose signatures are trusted.
    public var publicKeys: [String] = []

    public init() {}
}

public struct ScriptsConfig: Sendable, Hashable {
    /// On where the file has a `scripts` block, unless the block says otherwise.
    public var enabled = false
    public var dir = "scripts"
    public var hotReload = true
    public var autoCreateDir = true

    public init() {}
}

/// One menu of the menu bar.
public struct MenuConfig: Sendable, Hashable {
    public var title: String
    public var items: [MenuItemConfig]

    public init(title: String, items: [MenuItemConfig]) {
        self.title = title
        self.items = items
    }
}

public struct MenuItemConfig: Sendable, Hashable {
    public var title = ""
    public var action = ""
    /// For example `cmd+n`.
    public var shortcut: String?

    public init() {}
}

/// One more Bun process.
public struct WorkerConfig: Sendable, Hashable {
    public var name = ""
    /// Relative to the Bun root.
    public var servicesDir = ""
    public var autoStart = true
    public var browserAccess = false
    public var isExtensionHost = false
    /// Prefixes of the channels an extension host may push to; `nil` allows none.
    public var allowedChannels: [String]?
    public var maxRestarts = 5
    public var baseBackoffMs = 1000
    private var givenSandbox: Bool?
    /// Run in a sandbox of the operating system. Unless it is set: extension hosts do, others don't.
    public var sandbox: Bool {
        get { givenSandbox ?? isExtensionHost }
        set { givenSandbox = newValue }
    }
    /// Of a sandboxed worker and all that it starts, in MiB.
    public var memoryLimitMiB = 512
    /// Processes that a sandboxed worker may have at a time, besides itself.
    public var maxProcesses = 0
    /// What a sandboxed worker may reach where its services declare it; `nil`: `security.network.allowedEndpoints`.
    public var networkEndpoints: [String]?
    /// A store of its own instead of the app's.
    public var ownStore = false
    public var env: [String: String] = [:]

    public init() {}
}

/// What happens when a process dies. Delays in milliseconds.
public struct ProcessRecoveryConfig: Sendable, Hashable {
    public var bunAutoRestart = true
    public var bunMaxRestarts = 5
    public var bunRestartBaseDelayMs = 500
    public var bunRestartMaxDelayMs = 30_000
    public var webViewAutoReload = true
    public var webViewReloadDelayMs = 200

    public init() {}
}

/// For packaging only. The keys that only macOS knows are kept for apps that are built there too.
public struct BuildConfig: Sendable, Hashable {
    public enum PluginMode: String, Sendable, CaseIterable {
        case sideBySide = "side-by-side"
        case bundled
    }

    public var pluginMode = PluginMode.sideBySide
    public var category = "public.app-category.utilities"
    public var outDir = "dist"
    public var signingIdentity: String?
    public var requireSigningIdentity = false
    public var notarize = false
    public var notaryProfile: String?
    public var dmg = false
    public var minimumSystemVersion = "15.0"
    public var extraResources: [String] = []

    public init() {}
}
