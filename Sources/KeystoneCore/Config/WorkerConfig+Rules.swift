extension WorkerConfig {
    /// How many workers an app may have at once.
    public static let maximumCount = 100

    /// One thing that is wrong with a worker's configuration: the key, and what follows it in a sentence.
    package struct Problem: Sendable, Hashable {
        package var key: String
        package var message: String
    }

    /// Whether others can connect to it. A sandbox has a network of its own, which nobody reaches.
    package var servesDirectly: Bool { browserAccess && !sandbox }

    /// What is wrong, beyond the types of the values.
    package var problems: [Problem] {
        var result: [Problem] = []
        func add(_ key: String, _ message: String) { result.append(Problem(key: key, message: message)) }
        if !Self.isValid(name: name) {
            add(
                "name",
                "must be 1 to 64 ASCII letters, digits, '.', '_' and '-', not beginning with '.' and not \"main\", which "
                    + "is the main Bun process")
        }
        if !Self.isInside(servicesDir) {
            add("servicesDir", "must be a directory inside the bun root: relative, without leaving it by '..'")
        }
        if let prefix = allowedChannels?.first(where: { $0.isEmpty || $0.contains(",") }) {
            add("allowedChannels", "has \"\(prefix)\"; a prefix must not be empty or hold a comma")
        }
        if let variable = env.keys.sorted().first(where: { $0.hasPrefix("KEYSTONE_") }) {
            add("env", "sets \(variable); variables that begin with KEYSTONE_ are the framework's own")
        }
        if memoryLimitMiB < 64 { add("memoryLimitMiB", "must be at least 64: Bun itself needs that much") }
        if maxProcesses < 0 { add("maxProcesses", "must not be negative") }
        if maxRestarts < 0 { add("maxRestarts", "must not be negative") }
        if baseBackoffMs < 0 { add("baseBackoffMs", "must not be negative") }
        return result
    }

    /// Workers' names are parts of paths, variables and log lines.
    private static func isValid(name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), name != "main", name.first != "." else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// Whether the path stays below the directory that it is relative to, and is not that directory itself.
    private static func isInside(_ path: String) -> Bool {
        guard !path.hasPrefix("/"), !path.utf8.contains(0) else { return false }
        var depth = 0
        for part in path.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return false }
        }
        return depth > 0
    }
}
