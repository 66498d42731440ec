internal import Glibc
internal import KeystoneSupport

/// Other programs. They share this process's group, so that Ctrl-C at the terminal ends them too.
enum Tool {
    /// Runs a program to its end and returns what it printed on standard output, without white space around it; `nil`
    /// when it can't be started or fails.
    static func output(_ path: String, _ arguments: [String]) -> String? {
        guard let pipe = try? OwnedDescriptor.pipe() else { return nil }
        let child = ChildCommand(path: path, arguments: arguments, output: pipe.write.number, dropsErrors: true)
        guard let pid = try? child.start() else { return nil }
        pipe.write.close()
        let bytes = readAll(pipe.read)
        // A program that says more than anybody reads is ended by the closed pipe.
        pipe.read.close()
        guard let bytes, wait(for: pid) == 0 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }

    /// Runs a program to its end in a directory, and returns its exit code with what it printed on both outputs.
    static func collect(
        _ path: String, _ arguments: [String], in directory: String
    ) throws(SystemError) -> (code: Int32, text: String) {
        let pipe = try OwnedDescriptor.pipe()
        let child = ChildCommand(
            path: path, arguments: arguments, directory: directory, output: pipe.write.number, joinsErrors: true)
        let pid = try child.start()
        pipe.write.close()
        let bytes = readAll(pipe.read)
        pipe.read.close()
        return (wait(for: pid), String(decoding: bytes ?? [], as: UTF8.self))
    }

    /// Runs a program whose output the person sees, all of it on standard error, and returns its exit code.
    static func show(_ path: String, _ arguments: [String], in directory: String) throws(CommandFailure) -> Int32 {
        let child = ChildCommand(path: path, arguments: arguments, directory: directory, output: STDERR_FILENO)
        do throws(SystemError) {
            return wait(for: try child.start())
        } catch {
            throw CommandFailure("\(path) can't be started: \(error.reason)")
        }
    }

    /// Becomes another program. Only returns by throwing.
    static func become(
        _ path: String, _ arguments: [String], environment: [String: String]
    ) throws(CommandFailure) -> Never {
        let argv = CStringList([path] + arguments), envp = CStringList(environment)
        execve(path, argv.pointers, envp.pointers)
        let error = SystemError.last("start", path: path)
        argv.free()
        envp.free()
        throw CommandFailure("\(path) can't be started: \(error.reason)")
    }

    private static let outputLimit = 1 << 20

    private static func readAll(_ file: OwnedDescriptor) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count < outputLimit {
            guard let count = try? systemCall("read", { read(file.number, &chunk, chunk.count) }) else { return nil }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    /// The exit code, 128 and the signal's number for one that a signal ended.
    private static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        guard (try? systemCall("waitpid", { waitpid(pid, &status, 0) })) != nil else { return 127 }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
