/// A place below the root, by the names on the way; none at all is the root itself.
public struct RelativePath: Hashable, Sendable {
    public let names: [FileName]

    public static let root = RelativePath(names: [])

    /// Deeper than anybody builds by hand, and short enough to be walked for each request.
    static let maximumDepth = 256

    init(names: [FileName]) {
        self.names = names
    }

    /// `a/b/c`, as a page gives it. Throws `bad` for what is no such path: `..` above all.
    public init(_ text: String) throws(FileError) {
        var names: [FileName] = []
        // By bytes: as characters, a slash with an accent would be no slash.
        for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true) {
            names.append(try FileName(String(Substring(part))))
            guard names.count <= Self.maximumDepth else {
                throw FileError(.bad, "a path has at most \(Self.maximumDepth) names")
            }
        }
        self.names = names
    }

    public var text: String { names.map(\.text).joined(separator: "/") }
    public var last: FileName? { names.last }
    public var parent: RelativePath { RelativePath(names: names.dropLast()) }
    public func appending(_ name: FileName) -> RelativePath { RelativePath(names: names + [name]) }

    /// As the file system would take it; `nil` where a name on the way is no text.
    public func absolute(below root: String) -> String? {
        var path = root == "/" ? "" : root
        for name in names {
            guard let text = String(validating: name.bytes, as: UTF8.self) else { return nil }
            path += "/" + text
        }
        return path.isEmpty ? "/" : path
    }
}
