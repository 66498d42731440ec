internal import KeystoneSupport

/// Who started whom, as `/proc` tells it.
enum ProcessTree {
    /// Whether it is the process itself or was started by it, directly or not.
    static func isOrDescends(_ pid: Int32, from ancestor: Int32) -> Bool {
        var current = pid
        // A bound, for a tree that changes while it is climbed.
        for _ in 0..<64 {
            if current == ancestor { return true }
            guard current > 1, let parent = parent(of: current) else { return false }
            current = parent
        }
        return false
    }

    /// `proc(5)`: the fourth field of `stat`; the second one, the name in parentheses, may hold anything.
    static func parent(of pid: Int32) -> Int32? {
        guard let bytes = try? SmallFile.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }
}
