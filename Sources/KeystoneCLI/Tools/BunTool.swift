internal import KeystoneCore

/// The Bun executable.
struct BunTool: Sendable {
    static let minimum = (major: 1, minor: 3)
    static let mend =
        "Install Bun \(minimum.major).\(minimum.minor) or newer, or set KEYSTONE_BUN to one: curl -fsSL https://bun.sh/install | bash"

    let path: String
    let version: String

    /// The first of `KEYSTONE_BUN`, the engine's own and `PATH`; checked to be new enough.
    static func find(_ engine: Engine?, _ context: CommandContext) throws(CommandFailure) -> BunTool {
        let path: String
        if let given = context.variable("KEYSTONE_BUN") {
            path = Files.absolute(given)
            guard Files.isExecutable(path) else {
                throw CommandFailure("KEYSTONE_BUN is \(given), but no program is there", hint: mend)
            }
        } else if let own = engine.map({ $0.root + "/.tools/bun" }), Files.isExecutable(own) {
            path = own
        } else if let found = Files.onPath("bun", context.environment) {
            path = found
        } else {
            throw CommandFailure("this app needs Bun, and none was found", hint: mend)
        }
        guard let version = Tool.output(path, ["--version"]) else {
            throw CommandFailure("\(path) --version fails; it seems to be no Bun", hint: mend)
        }
        guard isNewEnough(version) else {
            throw CommandFailure("\(path) is Bun \(version.prefix(40)), which is too old", hint: mend)
        }
        return BunTool(path: path, version: version)
    }

    static func isNewEnough(_ version: String) -> Bool {
        let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard parts.count == 2 else { return false }
        return (parts[0], parts[1]) >= (minimum.major, minimum.minor)
    }
}
