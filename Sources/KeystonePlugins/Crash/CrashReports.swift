internal import Glibc
internal import KeystoneSupport

/// The directory of crash reports.
struct CrashReports {
    let directory: String
    let log: Logger

    /// The newest reports by their files' names; older ones, forgiven ones too, are removed.
    func readAll(keeping count: Int) -> [String: CrashReport] {
        var result: [String: CrashReport] = [:]
        for (index, name) in names().enumerated() {
            guard index < count else {
                unlink("\(directory)/\(name)")
                continue
            }
            guard name.hasSuffix(CrashReport.suffix) else { continue }
            do {
                result[name] = try read(name)
            } catch {
                log.warning("the crash report \(directory)/\(name) can't be read, and counts for nothing: \(error)")
            }
        }
        return result
    }

    /// Of reports and forgiven ones, the newest first: their names begin with the time.
    private func names() -> [String] {
        guard let stream = opendir(directory) else {
            let error = SystemError.last("read", path: directory)
            if error.code != ENOENT { log.warning("crash reports of earlier runs can't be read: \(error)") }
            return []
        }
        defer { closedir(stream) }
        var names: [(time: Int, name: String)] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let time = Int(name.prefix { $0 != "-" }), name.contains(CrashReport.suffix) else { continue }
            names.append((time, name))
        }
        return names.sorted { ($0.time, $0.name) > ($1.time, $1.name) }.map(\.name)
    }

    private func read(_ name: String) throws -> CrashReport {
        let path = "\(directory)/\(name)"
        let descriptor = OwnedDescriptor(
            try systemCall("open", path: path) { open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) })
        let file = OpenedFile(descriptor: descriptor, status: try FileStatus(of: descriptor))
        guard file.status.isRegular else { throw SystemError(code: EINVAL, operation: "read", path: path) }
        return try CrashReport(try file.read(limit: CrashReport.maximumSize))
    }
}
