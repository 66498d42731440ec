internal import CGtk
internal import FoundationEssentials
internal import Glibc
internal import KeystoneSupport

/// What is remembered of this machine's graphics, in `$XDG_CACHE_HOME/keystone/rendering.json`.
package struct RenderingState: Sendable, Hashable, Codable {
    package var mode: RenderingMode
    package var reason: String
    /// When it was found out, in UTC, for example `2026-03-01T12:00:00Z`.
    package var date: String
    /// The drivers and the window system it holds for.
    package var machine: String
    /// Remembered because drawing with the GPU failed, rather than from asking the driver.
    package var isSafeMode: Bool

    package static var path: String {
        (g_get_user_cache_dir().map { String(cString: $0) } ?? "/tmp") + "/keystone/rendering.json"
    }

    /// What is remembered, `nil` when nothing is or the file can't be read.
    package static func read() -> RenderingState? {
        var contents: UnsafeMutablePointer<CChar>?
        var length: gsize = 0
        // No file is the usual case; a broken one is written anew by the next probe.
        guard (try? GLibError.check { g_file_get_contents(path, &contents, &length, $0) }) == 1, let contents
        else { return nil }
        defer { g_free(contents) }
        let data = Data(bytes: contents, count: Int(length))
        return try? JSONDecoder().decode(RenderingState.self, from: data)
    }

    static func write(_ decision: RenderingDecision, machine: GraphicsMachine, isSafeMode: Bool) {
        let state = RenderingState(
            mode: decision.mode, reason: decision.reason, date: now(), machine: machine.key, isSafeMode: isSafeMode)
        do {
            let data = try JSONEncoder().encode(state)
            g_mkdir_with_parents(String(path.dropLast("/rendering.json".count)), 0o700)
            _ = try data.withUnsafeBytes { bytes in
                try GLibError.check {
                    g_file_set_contents(path, bytes.bindMemory(to: CChar.self).baseAddress, gssize(bytes.count), $0)
                }
            }
        } catch {
            Logger("host").warning("the rendering mode could not be remembered in \(path): \(error)")
        }
    }

    private static func now() -> String {
        var time = Glibc.time(nil)
        var parts = tm()
        gmtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
