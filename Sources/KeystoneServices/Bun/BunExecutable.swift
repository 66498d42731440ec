internal import Glibc
internal import KeystoneSupport

/// A Bun that is new enough.
package struct BunExecutable: Sendable, Hashable {
    package var path: String
    package var version: BunVersion

    package init(path: String, version: BunVersion) {
        self.path = path
        self.version = version
    }

    package static let minimum = BunVersion(major: 1, minor: 3, patch: 0)

    /// Looks in `KEYSTONE_BUN`, the engine's `.tools/bun` and `PATH`, in this order, and asks the first one for its
    /// version. Throws `BunError` with the remedy.
    package static func find(
        engine: String, environment: [String: String], timeout: Duration = .seconds(10)
    ) async throws -> BunExecutable {
        let path = try locate(engine: engine, environment: environment)
        let version = try await version(of: path, environment: environment, timeout: timeout)
        guard version >= minimum else {
            throw BunError(
                .tooOld, "\(path) is Bun \(version); Keystone needs \(minimum) or newer. Run \"\(path) upgrade\".")
        }
        return BunExecutable(path: path, version: version)
    }

    package static func locate(engine: String, environment: [String: String]) throws(BunError) -> String {
        if let given = environment["KEYSTONE_BUN"], !given.isEmpty {
            guard isExecutable(given) else {
                throw BunError(.notFound, "KEYSTONE_BUN is \"\(given)\", which is not a program that can be run.")
            }
            return given
        }
        let inPath = (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
        let candidates = ["\(engine)/.tools/bun"] + inPath.map { "\($0)/bun" }
        guard let found = candidates.first(where: isExecutable) else {
            throw BunError(
                .notFound,
                "Bun is not installed: it is neither in \(engine)/.tools/bun nor in PATH. "
                    + "Install it from https://bun.sh, or set KEYSTONE_BUN to the program's path.")
        }
        return found
    }

    private static func version(
        of path: String, environment: [String: String], timeout: Duration
    ) async throws -> BunVersion {
        let configuration = ChildConfiguration(executable: path, arguments: ["--version"], environment: environment)
        let result: ChildResult
        do {
            result = try await ChildProcess.run(configuration, timeout: timeout)
        } catch let error as SystemError {
            throw BunError(.notFound, "Bun can't be started: \(error). Set KEYSTONE_BUN to a Bun for this machine.")
        }
        let text = String(decoding: result.output, as: UTF8.self)
        guard result.status.isSuccess, let version = BunVersion(text) else {
            throw BunError(
                .notFound,
                "\"\(path) --version\" \(result.status) and said \"\(text.prefix(80))\": not a Bun. "
                    + "Set KEYSTONE_BUN to the path of Bun.")
        }
        return version
    }

    static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}

package struct BunVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var major: Int
    package var minor: Int
    package var patch: Int

    package init(major: Int, minor: Int, patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads `1.4.0`, also with what a canary adds (`1.4.1-canary.3`).
    package init?(_ text: String) {
        let numbers = text.prefix { !$0.isNewline && $0 != "-" && $0 != "+" }.split(separator: ".").map { Int($0) }
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else {
            return nil
        }
        self.init(major: major, minor: minor, patch: patch)
    }

    package static func < (a: BunVersion, b: BunVersion) -> Bool {
        (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch)
    }

    package var description: String { "\(major).\(minor).\(patch)" }
}
