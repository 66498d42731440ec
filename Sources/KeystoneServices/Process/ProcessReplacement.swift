internal import CPosix
internal import Glibc
package import KeystoneSupport

/// Another program in the place of this one: the same process id, the same standard streams, the same directory.
package enum ProcessReplacement {
    /// Begins the program. Only returns by throwing. No child of this process may be left, as its owner is.
    ///
    /// - Parameter arguments: Without the program's own name.
    package static func perform(
        _ executable: String, arguments: [String], environment: [String: String]
    ) throws(SystemError) -> Never {
        // Whatever libraries have open stays behind, and so does what they did to signals.
        ks_close_on_exec_from(3)
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        let argv = CStrings([executable] + arguments)
        let envp = CStrings(environment.map { "\($0.key)=\($0.value)" })
        execve(executable, argv.pointers, envp.pointers)
        let error = SystemError.last("start", path: executable)
        argv.free()
        envp.free()
        throw error
    }
}
