public import KeystoneSupport

/// The directories of one app, by the XDG specifications. Nothing is created here.
public struct AppPaths: Sendable, Hashable {
    /// The app's own directory, absolute.
    public let appRoot: String
    /// Files that belong to the user's work in this app; `$APP_SUPPORT` in the configuration.
    public let data: String
    public let config: String
    public let cache: String
    /// Logs and what the app remembers between runs.
    public let state: String
    public let home: String
    public let documents: String
    public let downloads: String
    public let desktop: String
    public let temp: String

    /// - Parameters:
    ///   - appID: the configuration's `id`, used as one path component.
    ///   - appRoot: absolute.
    public init(appID: String, appRoot: String, environment: [String: String]) {
        self.appRoot = appRoot
        home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        data = XDGDirectory.data.path(appID: appID, environment: environment)
        config = XDGDirectory.config.path(appID: appID, environment: environment)
        cache = XDGDirectory.cache.path(appID: appID, environment: environment)
        state = XDGDirectory.state.path(appID: appID, environment: environment)
        let user = UserDirectories(home: home, configHome: XDGDirectory.config.base(environment: environment))
        documents = user.path("DOCUMENTS") ?? home + "/Documents"
        downloads = user.path("DOWNLOAD") ?? home + "/Downloads"
        desktop = user.path("DESKTOP") ?? home + "/Desktop"
        let temporary = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        temp = temporary.count > 1 && temporary.hasSuffix("/") ? String(temporary.dropLast()) : temporary
    }

    /// By the names that `app.getPath(name)` knows.
    public var named: JSONObject {
        [
            "userData": .string(data), "config": .string(config), "cache": .string(cache), "state": .string(state),
            "home": .string(home), "documents": .string(documents), "downloads": .string(downloads),
            "desktop": .string(desktop), "temp": .string(temp), "appRoot": .string(appRoot),
        ]
    }

    /// A path of the configuration as an absolute one: `~/…` is in the home directory, `$APP_SUPPORT/…` in the app's data
    /// directory, an absolute path stays, any other is relative to the app's directory.
    public func resolve(_ path: String) -> String {
        if path == "~" { return home }
        if path.hasPrefix("~/") { return home + path.dropFirst(1) }
        if path == "$APP_SUPPORT" { return data }
        if path.hasPrefix("$APP_SUPPORT/") { return data + path.dropFirst("$APP_SUPPORT".count) }
        return path.hasPrefix("/") ? path : "\(appRoot)/\(path)"
    }
}

/// The user's directories, from `user-dirs.dirs` (xdg-user-dirs).
struct UserDirectories {
    private var paths: [String: String] = [:]

    init(home: String, configHome: String) {
        // Without the file the defaults hold, and a broken one is the desktop's business.
        guard let bytes = try? SmallFile.read(configHome + "/user-dirs.dirs", limit: 65_536) else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let (name, path) = UserDirectories.entry(line, home: home) else { continue }
            paths[name] = path
        }
    }

    /// For example of `DOCUMENTS`. A directory set to the home itself means that there is none.
    func path(_ name: String) -> String? { paths[name] }

    /// One line: `XDG_NAME_DIR="$HOME/path"` or an absolute path, shell quoting.
    private static func entry(_ line: Substring, home: String) -> (String, String)? {
        let trimmed = line.drop(while: \.isWhitespace)
        guard trimmed.hasPrefix("XDG_"), let equals = trimmed.firstIndex(of: "=") else { return nil }
        let variable = trimmed[..<equals]
        let quoted = trimmed[trimmed.index(after: equals)...]
        guard variable.hasSuffix("_DIR"), quoted.hasPrefix("\""), let end = quoted.dropFirst().firstIndex(of: "\"")
        else { return nil }
        let value = quoted[quoted.index(after: quoted.startIndex)..<end]
        let path = value.hasPrefix("$HOME") ? home + value.dropFirst(5) : String(value)
        let clean = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard clean.hasPrefix("/"), clean != home else { return nil }
        return (String(variable.dropFirst(4).dropLast(4)), clean)
    }
}
