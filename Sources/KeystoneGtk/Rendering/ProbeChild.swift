internal import Glibc

/// The child process of the GL probe and its output.
struct ProbeChild {
    private let pid: pid_t
    private let descriptor: Int32

    /// This program again, with the variable set.
    static func start(_ variable: String) -> ProbeChild? {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        defer { close(ends[1]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("keystone-gl-probe"), nil]
        defer { for text in arguments { free(text) } }
        setenv(variable, "1", 1)
        defer { unsetenv(variable) }
        var pid: pid_t = 0
        guard posix_spawn(&pid, "/proc/self/exe", &actions, nil, &arguments, environ) == 0 else {
            close(ends[0])
            return nil
        }
        return ProbeChild(pid: pid, descriptor: ends[0])
    }

    /// What the child wrote until it ended; `nil` when it took longer, and then it is killed. In milliseconds.
    func output(within patience: Int32) -> String? {
        defer { reap() }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        let deadline = ContinuousClock.now + .milliseconds(Int(patience))
        while true {
            let left = (deadline - ContinuousClock.now) / .milliseconds(1)
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&request, 1, Int32(left)) > 0 else { return nil }
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0, bytes.count < 65536 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    private func reap() {
        close(descriptor)
        kill(pid, SIGKILL)  // it has written all it had, or hangs
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
    }
}
