internal import CPosix
internal import Glibc
internal import KeystoneSupport

/// Runs `patchelf`, with one option a call: version 0.14 confuses two.
struct Patchelf: Sendable {
    struct Failure: Error {
        /// What went wrong and what to do about it.
        let message: String
    }

    /// A path, or a name to be found in `PATH`.
    let program: String
    /// A file of some megabytes takes some hundredths of a second.
    private static let patience: Duration = .seconds(20)

    init(_ program: String) {
        self.program = program
    }

    /// Changes the name by which a library asks for another.
    func replaceNeeded(_ old: String, with new: String, in path: String) throws(Failure) {
        try run(["--replace-needed", old, new, path])
    }

    /// Blocks until it is done.
    private func run(_ arguments: [String]) throws(Failure) {
        let status: Int32
        let output: [UInt8]
        do {
            let pipe = try OwnedDescriptor.pipe()
            let child = try start(arguments, output: pipe.write)
            pipe.write.close()
            output =
                Patchelf.output(of: pipe.read)
                ?? {
                    kill(child, SIGKILL)
                    return Array("it did not end".utf8)
                }()
            var result: Int32 = 0
            try systemCall("waitpid") { waitpid(child, &result, 0) }
            status = result
        } catch {
            guard error.code == ENOENT else { throw Failure(message: "\(program) failed (\(error.reason))") }
            throw Failure(message: "\(program) is not installed, and reloading needs it: apt install patchelf")
        }
        guard status == 0 else {
            let words = String(decoding: output, as: UTF8.self).split(separator: "\n").joined(separator: ", ")
            throw Failure(message: "\(program) \(arguments.joined(separator: " ")) failed: \(words)")
        }
    }

    private func start(_ arguments: [String], output: OwnedDescriptor) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.number, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.number, STDERR_FILENO)
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
        var texts = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, program, &actions, nil, &texts, environ)
        if code != 0 { throw SystemError(code: code, operation: "start", path: program) }
        return child
    }

    /// What a child writes until it ends, or the first part of it; `nil` when it doesn't end in time.
    private static func output(of descriptor: OwnedDescriptor) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        let deadline = ContinuousClock.now + patience
        while true {
            let left = (deadline - ContinuousClock.now) / .milliseconds(1)
            var request = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            guard left > 0 else { return nil }
            guard poll(&request, 1, Int32(left)) > 0 else { continue }
            let count = read(descriptor.number, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            if bytes.count < 4096 { bytes += buffer[..<count] }
        }
    }
}
