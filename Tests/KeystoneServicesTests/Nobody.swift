import Glibc
import KeystoneServices
import KeystoneSupport

/// An ordinary user, for tests that run as root.
enum Nobody {
    private static let user = ["--reuid=65534", "--regid=65534", "--clear-groups"]
    private static var executable: String { CommandLine.arguments.first ?? "" }

    static let canRunTests: Bool = {
        guard geteuid() == 0, access("/usr/bin/setpriv", X_OK) == 0, let bun = TestBun.path else { return false }
        guard !executable.isEmpty else { return false }
        var pid: pid_t = 0
        let script = "test -x '\(bun)' && test -r '\(executable)' && test -r '\(TestBun.runtime)'"
        let words = ["/usr/bin/setpriv"] + user + ["/bin/sh", "-c", script]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        guard posix_spawn(&pid, words[0], nil, nil, &arguments, nil) == 0 else { return false }
        var status: Int32 = 0
        return waitpid(pid, &status, 0) == pid && status == 0
    }()

    /// Runs tests of this program, by name.
    static func runTests(_ filter: String) async throws -> ChildResult {
        var environment = ProcessEnvironment.current
        for name in ["XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"] { environment[name] = nil }
        environment["HOME"] = "/nonexistent"
        environment["KEYSTONE_BUN"] = TestBun.path
        let words = [executable, "--testing-library", "swift-testing", "--filter", filter]
        return try await ChildProcess.run(
            ChildConfiguration(executable: "/usr/bin/setpriv", arguments: user + words, environment: environment),
            timeout: .seconds(120))
    }
}
