internal import Glibc
internal import KeystoneSupport

/// The file that `keystone types` writes.
struct HandlerTypesFile {
    enum Outcome {
        case upToDate, written, stale
    }

    let path: String

    /// What such a file begins with; another file is not touched.
    private static let mark = "// Made by `keystone types`"
    private static let limit = 16 << 20

    /// Writes the text where it is another one. Throws `StartError`.
    func update(_ text: String) throws -> Outcome {
        guard try !holds(text) else { return .upToDate }
        do throws(SystemError) {
            try makeDirectories(parentDirectory(of: path))
            try SmallFile.replace(path, with: Array(text.utf8))
            // Part of the app's sources, and no secret.
            try systemCall("chmod", path: path) { chmod(path, 0o644) }
        } catch {
            throw StartError("the types can't be written: \(error)")
        }
        return .written
    }

    /// The same without writing.
    func check(_ text: String) throws -> Outcome { try holds(text) ? .upToDate : .stale }

    /// Whether the file is there and may be written.
    func isOurs() throws -> Bool { try read().map(Self.isOurs) ?? false }

    private static func isOurs(_ text: String) -> Bool { text.isEmpty || text.hasPrefix(mark) }

    private func holds(_ text: String) throws -> Bool {
        guard let old = try read() else { return false }
        guard Self.isOurs(old) else {
            throw StartError("\(path) was not made by keystone types; move it away, or name another file with --out")
        }
        return old == text
    }

    /// `nil`: there is none.
    private func read() throws -> String? {
        guard fileExists(path) else { return nil }
        do throws(SystemError) {
            return String(decoding: try SmallFile.read(path, limit: Self.limit), as: UTF8.self)
        } catch {
            throw StartError("the types can't be read: \(error)")
        }
    }
}
