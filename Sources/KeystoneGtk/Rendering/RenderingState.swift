internal import CGtk
internal import Glibc
internal import KeystoneSupport

/// What is remembered of this machine's graphics, in `$XDG_CACHE_HOME/keystone/rendering.json`.
package struct RenderingState: Sendable, Hashable {
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
        // No file is the usual case; a broken one is written anew by the next probe.
        guard let bytes = try? SmallFile.read(path, limit: 65_536) else { return nil }
        return (try? JSONValue.parse(bytes)).flatMap(RenderingState.init)
    }

    static func write(_ decision: RenderingDecision, machine: GraphicsMachine, isSafeMode: Bool) {
        let state = RenderingState(
            mode: decision.mode, reason: decision.reason, date: now(), machine: machine.key, isSafeMode: isSafeMode)
        do {
            g_mkdir_with_parents(String(path.dropLast("/rendering.json".count)), 0o700)
            try SmallFile.replace(path, with: state.json.serialized())
        } catch {
            Logger("host").warning("the rendering mode could not be remembered in \(path): \(error)")
        }
    }

    private var json: JSONValue {
        [
            "mode": .string(mode.rawValue), "reason": .string(reason), "date": .string(date),
            "machine": .string(machine), "isSafeMode": .bool(isSafeMode),
        ]
    }

    private init?(_ json: JSONValue) {
        guard let mode = json["mode"]?.string.flatMap(RenderingMode.init), let reason = json["reason"]?.string,
            let date = json["date"]?.string, let machine = json["machine"]?.string,
            let isSafeMode = json["isSafeMode"]?.bool
        else { return nil }
        self.init(mode: mode, reason: reason, date: date, machine: machine, isSafeMode: isSafeMode)
    }

    private init(mode: RenderingMode, reason: String, date: String, machine: String, isSafeMode: Bool) {
        self.mode = mode
        self.reason = reason
        self.date = date
        self.machine = machine
        self.isSafeMode = isSafeMode
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
