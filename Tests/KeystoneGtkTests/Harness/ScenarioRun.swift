import Glibc

/// One finished run of this executable as a scenario.
struct ScenarioRun {
    let status: Int32
    let output: String

    var failures: [Substring] {
        output.split(separator: "\n").filter { $0.hasPrefix("FAIL ") }
    }

    init(_ name: String, environment extra: [String: String] = [:]) throws {
        var template = Array("/tmp/keystone-gtk-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw StageError("no scratch directory") }
        let scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { _ = ScenarioRun.spawn(["/bin/rm", "-rf", scratch], ProcessEnvironment.current) }
        var environment = ProcessEnvironment.current
        environment["KEYSTONE_GTK_SCENARIO"] = name
        environment["KEYSTONE_GTK_SCRATCH"] = scratch
        environment["XDG_CACHE_HOME"] = scratch + "/xdg-cache"
        environment["GTK_A11Y"] = "none"  // no accessibility bus for each process
        environment.merge(extra) { _, new in new }
        // `timeout` ends a scenario that hangs, with status 124.
        (status, output) = Self.spawn(["/usr/bin/timeout", "60", Self.executable], environment)
    }

    private static var executable: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        return String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func spawn(_ arguments: [String], _ environment: [String: String]) -> (Int32, String) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return (-1, "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The test process runs with most signals blocked (`dispatch_main` does that), and a child would inherit it:
        // WebKit then waits for ever for signals of its own.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        let error = posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, &envp)
        close(ends[1])
        guard error == 0 else { return (-1, "can't start \(arguments[0]): \(String(cString: strerror(error)))") }
        let output = readAll(ends[0])
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        return (status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f), output)
    }

    private static func readAll(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 { bytes += buffer[..<count] } else if count == 0 || errno != EINTR { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

enum ProcessEnvironment {
    static var current: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return result
    }
}
