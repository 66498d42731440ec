/// Where the log file lies.
package enum LogPath {
    /// `KEYSTONE_LOG`, else for a packaged app `keystone.log` in its XDG state directory, else `$TMPDIR/keystone.log`.
    package static func resolve(environment: [String: String], packaged: Bool, appID: String?) -> String {
        if let path = environment["KEYSTONE_LOG"], !path.isEmpty { return path }
        if packaged, let appID {
            return XDGDirectory.state.path(appID: appID, environment: environment) + "/keystone.log"
        }
        let temporary = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        return temporary + (temporary.hasSuffix("/") ? "" : "/") + "keystone.log"
    }
}
