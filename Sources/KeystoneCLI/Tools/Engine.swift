/// The installation that this command belongs to.
struct Engine: Sendable {
    /// Holds `bun/`.
    let root: String

    var bun: String { root + "/bun" }

    /// The program that runs apps: `KEYSTONE_HOST`, else the one beside this command, else the checkout's own.
    func host(_ context: CommandContext) throws(CommandFailure) -> String {
        if let given = context.variable("KEYSTONE_HOST") {
            let path = Files.absolute(given)
            guard Files.isExecutable(path) else {
                throw CommandFailure("KEYSTONE_HOST is \(given), but no program is there", hint: "Unset or mend it.")
            }
            return path
        }
        let places = [Files.parent(context.executable), root + "/Host/.build/release", root + "/bin"]
        if let found = places.map({ $0 + "/keystone-host" }).first(where: Files.isExecutable) { return found }
        throw CommandFailure(
            "keystone-host was not found in \(places.joined(separator: ", "))",
            hint: "Build it: swift build -c release --package-path \(root)/Host")
    }

    /// `KEYSTONE_ENGINE`, else the nearest directory above the executable that is a checkout (`bun/host.ts` and
    /// `Package.swift`) or an installation's prefix (`share/keystone/bun/host.ts`).
    static func find(_ context: CommandContext) throws(CommandFailure) -> Engine {
        if let given = context.variable("KEYSTONE_ENGINE") {
            let root = Files.absolute(given)
            guard Files.exists(root + "/bun/host.ts") else {
                throw CommandFailure(
                    "KEYSTONE_ENGINE is \(given), but there is no \(root)/bun/host.ts",
                    hint: "Unset it, or set it to the directory of a Keystone installation.")
            }
            return Engine(root: root)
        }
        var directory = Files.parent(context.executable)
        while true {
            if Files.exists(directory + "/bun/host.ts"), Files.exists(directory + "/Package.swift") {
                return Engine(root: directory)
            }
            let shared = directory + "/share/keystone"
            if Files.exists(shared + "/bun/host.ts") { return Engine(root: shared) }
            guard directory != "/" else { break }
            directory = Files.parent(directory)
        }
        throw CommandFailure(
            "the Keystone installation was not found above \(context.executable)",
            hint: "Set KEYSTONE_ENGINE to the directory that holds bun/host.ts.")
    }
}
