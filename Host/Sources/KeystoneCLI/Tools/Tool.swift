internal import Foundation

/// Other programs.
enum Tool {
    /// Runs a program to its end and returns what it printed on standard output, without the last line break; `nil`
    /// when it can't be started or fails.
    static func output(_ path: String, _ arguments: [String], in directory: String? = nil) -> String? {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs a program whose output the person sees, all of it on standard error, and returns its exit code.
    static func show(_ path: String, _ arguments: [String], in directory: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardOutput = FileHandle.standardError
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw CommandFailure("\(path) can't be started: \(error.localizedDescription)")
        }
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Becomes another program. Only returns by throwing.
    static func become(_ path: String, _ arguments: [String], environment: [String: String]) throws -> Never {
        var argv: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        execve(path, &argv, &envp)
        let reason = String(cString: strerror(errno))
        for pointer in argv + envp { free(pointer) }
        throw CommandFailure("\(path) can't be started: \(reason)")
    }
}
