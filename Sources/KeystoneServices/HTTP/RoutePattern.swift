internal import KeystoneSupport

/// A route's path: fixed segments, `:name` for one segment, and at the end `*` for any rest.
struct RoutePattern: Sendable, Hashable {
    private enum Segment: Sendable, Hashable {
        case fixed(String)
        case parameter(String)
        case rest
    }

    private let segments: [Segment]

    /// Throws `RoutePatternError` that says what is wrong.
    init(_ text: String) throws(RoutePatternError) {
        guard text.hasPrefix("/") else { throw RoutePatternError(pattern: text, problem: "begin it with /") }
        var segments: [Segment] = []
        var names: Set<String> = []
        let parts = text.split(separator: "/")
        for (index, part) in parts.enumerated() {
            if part == "*" {
                guard index == parts.count - 1 else {
                    throw RoutePatternError(pattern: text, problem: "* must be its last segment")
                }
                segments.append(.rest)
            } else if part.hasPrefix(":") {
                let name = String(part.dropFirst())
                guard !name.isEmpty, names.insert(name).inserted else {
                    throw RoutePatternError(pattern: text, problem: "give each :parameter a name of its own")
                }
                segments.append(.parameter(name))
            } else {
                segments.append(.fixed(percentDecoded(part) ?? String(part)))
            }
        }
        self.segments = segments
    }

    /// What the parameters matched; `nil` where the path is another. `path` is split and decoded: see `segments(of:)`.
    func match(_ path: [String]) -> [String: String]? {
        var params: [String: String] = [:]
        for (index, segment) in segments.enumerated() {
            if case .rest = segment {
                params["*"] = path[min(index, path.count)...].joined(separator: "/")
                return params
            }
            guard index < path.count else { return nil }
            switch segment {
            case .fixed(let text): guard text == path[index] else { return nil }
            case .parameter(let name): params[name] = path[index]
            case .rest: break
            }
        }
        return path.count == segments.count ? params : nil
    }

    /// A path's segments, decoded; `nil` for broken escapes and for `.` and `..`, encoded or not. Empty segments don't count,
    /// so that `/api/notes/` is `/api/notes`.
    static func segments(of path: String) -> [String]? {
        var segments: [String] = []
        for part in path.split(separator: "/") {
            guard let segment = percentDecoded(part), segment != ".", segment != ".." else { return nil }
            segments.append(segment)
        }
        return segments
    }
}

/// A route's path that can't be one.
struct RoutePatternError: Error, CustomStringConvertible {
    let pattern: String
    let problem: String

    var description: String { "the route \"\(pattern)\" can't be: \(problem)" }
}
