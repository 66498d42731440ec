internal import CPosix
internal import Glibc
internal import KeystoneSupport

/// `posix_spawn`, with everything that must not leak into a child kept out of it.
enum Spawn {
    /// Starts the process as the leader of a new process group, with no descriptor but the given ones, as 0, 1, …, default
    /// signal handling and nothing blocked. Returns its id.
    static func start(_ configuration: ChildConfiguration, descriptors: [Int32]) throws(SystemError) -> Int32 {
        try checkDirectory(configuration.directory)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let directory = configuration.directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
        for (number, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, Int32(descriptors.count))

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setSignals(&attributes)
        posix_spawnattr_setpgroup(&attributes, 0)

        let arguments = CStrings([configuration.executable] + configuration.arguments)
        let environment = CStrings(configuration.environment.map { "\($0.key)=\($0.value)" })
        defer {
            arguments.free()
            environment.free()
        }
        var pid: pid_t = 0
        let code = posix_spawn(
            &pid, configuration.executable, &actions, &attributes, arguments.pointers, environment.pointers)
        if code != 0 { throw SystemError(code: code, operation: "start", path: configuration.executable) }
        return pid
    }

    /// A missing directory would be reported as a missing program.
    private static func checkDirectory(_ path: String?) throws(SystemError) {
        guard let path else { return }
        var status = stat()
        try systemCall("enter directory", path: path) { stat(path, &status) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw SystemError(code: ENOTDIR, operation: "enter directory", path: path)
        }
    }

    private static func setSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        sigdelset(&all, SIGKILL)
        sigdelset(&all, SIGSTOP)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }
}

/// A null-terminated list of C strings; the owner frees it. A string ends at its first NUL.
struct CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]
    init(_ strings: [String]) { pointers = strings.map { strdup($0) } + [nil] }
    func free() { for pointer in pointers { Glibc.free(pointer) } }
}
