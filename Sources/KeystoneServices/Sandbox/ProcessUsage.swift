internal import Glibc
internal import KeystoneSupport

/// What a process and its descendants use now, as `/proc` tells.
struct ProcessUsage: Sendable, Hashable {
    /// Besides the first one.
    var descendants = 0
    var threads = 0
    /// Memory that belongs to them alone: anonymous pages, shared ones without a file, and what is swapped out.
    var privateBytes = 0

    /// Counts from `pid` downwards. A process that ends meanwhile counts for nothing.
    init(of pid: Int32) {
        var waiting = [pid]
        var seen: Set<Int32> = [pid]
        while let next = waiting.popLast() {
            add(next)
            for child in ProcessUsage.children(of: next) where seen.insert(child).inserted { waiting.append(child) }
        }
        descendants = seen.count - 1
    }

    private mutating func add(_ pid: Int32) {
        for line in ProcessUsage.text("/proc/\(pid)/status").split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let number = Int(line[line.index(after: colon)...].drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
            switch line[..<colon] {
            case "Threads": threads += number
            case "RssAnon", "RssShmem", "VmSwap": privateBytes += number << 10
            default: continue
            }
        }
    }

    private static func children(of pid: Int32) -> [Int32] {
        let tasks = "/proc/\(pid)/task"
        return names(in: tasks).flatMap { task in
            text("\(tasks)/\(task)/children").split(separator: " ").compactMap { Int32($0) }
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func text(_ path: String) -> String {
        do {
            return String(decoding: try SmallFile.read(path, limit: 1 << 20), as: UTF8.self)
        } catch {
            return ""  // It has ended.
        }
    }
}

extension ProcessLimits {
    /// What is over its limit, in words; `nil` when nothing is.
    ///
    /// - Parameter launchers: Processes that belong to the sandbox and not to the worker.
    func excess(of usage: ProcessUsage, launchers: Int) -> String? {
        let mebibytes = usage.privateBytes >> 20
        if mebibytes > memoryMiB {
            return "uses \(mebibytes) MiB of memory; \(memoryMiB) are allowed (memoryLimitMiB)"
        }
        let children = usage.descendants - launchers
        if children > childProcesses {
            return "has started \(children) processes; \(childProcesses) are allowed (maxProcesses)"
        }
        if usage.threads - launchers > threads {
            return "has \(usage.threads - launchers) threads; \(threads) are allowed"
        }
        return nil
    }
}
