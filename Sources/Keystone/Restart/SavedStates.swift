/// The states of plugins, by library and plugin, as bytes: for each the two names and the state, each after its length in
/// four bytes, least significant first.
enum SavedStates {
    typealias States = [String: [String: [UInt8]]]

    static func encode(_ states: States) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ part: some Collection<UInt8>) {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: part.count >> (8 * $0)) }
            bytes += part
        }
        for (library, plugins) in states {
            for (plugin, state) in plugins {
                append(library.utf8)
                append(plugin.utf8)
                append(state)
            }
        }
        return bytes
    }

    /// `nil` for bytes that are cut off, or something else.
    static func decode(_ bytes: [UInt8]) -> States? {
        var rest = bytes[...]
        func part() -> ArraySlice<UInt8>? {
            guard rest.count >= 4 else { return nil }
            let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard count <= rest.count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        var states: States = [:]
        while !rest.isEmpty {
            guard let library = part(), let plugin = part(), let state = part() else { return nil }
            states[String(decoding: library, as: UTF8.self), default: [:]][String(decoding: plugin, as: UTF8.self)] =
                Array(state)
        }
        return states
    }
}
