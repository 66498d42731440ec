internal import CPosix
internal import Glibc
internal import KeystoneSupport

/// A program to start, with nothing to read on its standard input.
struct ChildCommand {
    let path: String
    let arguments: [String]
    /// The current one without it.
    var directory: String?
    /// The descriptor that its standard output goes to.
    let output: Int32
    /// Whether its standard error goes nowhere, rather than to this process's.
    var dropsErrors = false
    /// Whether its standard error goes where its standard output goes.
    var joinsErrors = false

    /// Starts it with this process's environment and returns its id.
    func start() throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        if dropsErrors { posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) }
        if joinsErrors { posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO) }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        let argv = CStringList([path] + arguments), envp = CStringList(ProcessEnvironment.current)
        defer {
            argv.free()
            envp.free()
        }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, nil, argv.pointers, envp.pointers)
        if code != 0 { throw SystemError(code: code, operation: "start", path: path) }
        return pid
    }
}

/// A null-terminated list of C strings; the owner frees it. A string ends at its first NUL.
struct CStringList {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) { pointers = strings.map { strdup($0) } + [nil] }

    init(_ environment: [String: String]) { self.init(environment.map { "\($0.key)=\($0.value)" }) }

    func free() { for pointer in pointers { Glibc.free(pointer) } }
}
