internal import CCrashReport
internal import Glibc
package import KeystoneSigning
internal import KeystoneSupport

/// What a crash left behind. It was written by a dying process, and may have been written by anybody: every part is
/// checked, and only the first line is needed.
package struct CrashReport: Sendable, Hashable {
    static let version = 1
    static let suffix = ".crash"
    /// More than the handler ever writes.
    static let maximumSize = 256 << 10
    private static let maximumLine = 32 << 10

    package let plugin: String
    package let generation: Int
    package let library: String
    package let content: ContentHash
    /// For example `SIGSEGV`.
    package let signal: String
    /// Seconds since 1970.
    package let time: Int
    package let framework: String
    /// In the library; `nil` when it crashed while it was mapped.
    package let offset: String?
    /// The function that was running, as the source calls it, where the library's symbols tell.
    package let function: String?

    /// Throws `JSONSyntaxError` or `SystemError` (`EPROTO`) for a text that is no report.
    package init(_ bytes: [UInt8]) throws {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 64, omittingEmptySubsequences: true)
        guard bytes.count <= CrashReport.maximumSize, let first = lines.first, first.count <= CrashReport.maximumLine
        else { throw CrashReport.noReport }
        let object = try JSONValue.parse(first)
        guard object["keystoneCrash"]?.int == CrashReport.version,
            let plugin = CrashReport.text(object["plugin"]), let generation = object["generation"]?.int,
            let library = CrashReport.text(object["library"]), let content = object["content"]?.string,
            let hash = ContentHash(content), let signal = CrashReport.word(object["signal"]),
            let time = object["time"]?.int, let framework = CrashReport.word(object["framework"])
        else { throw CrashReport.noReport }
        self.plugin = plugin
        self.generation = generation
        self.library = library
        self.content = hash
        self.signal = signal
        self.time = time
        self.framework = framework
        offset = CrashReport.word(object["offset"])
        function = lines.dropFirst().lazy.compactMap { CrashReport.function($0, plugin) }.first
    }

    private static var noReport: SystemError { SystemError(code: EPROTO, operation: "read") }

    private static func text(_ value: JSONValue?) -> String? {
        value?.string.flatMap { $0.utf8.count <= 4096 ? $0 : nil }
    }

    /// A text that needs no quotation marks.
    private static func word(_ value: JSONValue?) -> String? {
        text(value).flatMap { text in text.utf8.contains { $0 <= 0x20 || $0 >= 0x7F } ? nil : text }
    }

    /// Of a frame in the plugin. The lines of frames may be cut off.
    private static func function(_ line: ArraySlice<UInt8>, _ plugin: String) -> String? {
        guard line.count <= maximumLine, let frame = try? JSONValue.parse(line), frame["plugin"]?.string == plugin,
            let symbol = word(frame["symbol"])
        else { return nil }
        guard let name = ks_crash_demangle(symbol, symbol.utf8.count) else { return symbol }
        defer { free(name) }
        return String(cString: name)
    }

    /// For example `SIGSEGV at 2026-02-28T09:30:00.000Z, generation 2, in Boom.run()`.
    package var summary: String {
        let place = function.map { ", in \($0)" } ?? offset.map { ", at \($0)" } ?? ", while it was loaded"
        return "\(signal) at \(LogTime.text(seconds: time)), generation \(generation)\(place)"
    }
}
