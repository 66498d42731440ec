internal import CGtk
internal import Glibc
internal import KeystoneSupport

/// Sends what GLib, GTK and WebKit say to the log, each message as one event of the source `gtk`.
enum GLibLog {
    private static let logger = Logger("gtk")

    /// Once, before the toolkit starts.
    static func attach() {
        g_log_set_writer_func(
            { level, fields, count, _ in
                GLibLog.write(level, UnsafeBufferPointer(start: fields, count: Int(count)))
                return G_LOG_WRITER_HANDLED
            }, nil, nil)
    }

    private static func write(_ level: GLogLevelFlags, _ fields: UnsafeBufferPointer<GLogField>) {
        let message = text("MESSAGE", in: fields) ?? ""
        let domain = text("GLIB_DOMAIN", in: fields).map { "\($0): " } ?? ""
        logger.log(logLevel(level), domain + message)
        // An error of GLib ends the process with a trap. What the user can mend is worth saying; a trace of ours is not.
        guard level.rawValue & G_LOG_LEVEL_ERROR.rawValue != 0 else { return }
        if message.contains("dbus-proxy") || message.contains("bwrap") || message.contains("sandbox") {
            logger.error(
                "WebKit's sandbox (bubblewrap) can't start. Install bubblewrap and xdg-dbus-proxy, and allow user "
                    + "namespaces: sysctl kernel.unprivileged_userns_clone=1, or in a container an unconfined seccomp profile."
            )
        }
        exit(1)
    }

    private static func logLevel(_ level: GLogLevelFlags) -> LogLevel {
        let bits = level.rawValue
        if bits & (G_LOG_LEVEL_ERROR.rawValue | G_LOG_LEVEL_CRITICAL.rawValue) != 0 { return .error }
        if bits & G_LOG_LEVEL_WARNING.rawValue != 0 { return .warning }
        return .debug
    }

    private static func text(_ key: String, in fields: UnsafeBufferPointer<GLogField>) -> String? {
        for field in fields {
            guard let name = field.key, String(cString: name) == key, let value = field.value else { continue }
            if field.length < 0 { return String(cString: value.assumingMemoryBound(to: CChar.self)) }
            return String(decoding: UnsafeRawBufferPointer(start: value, count: Int(field.length)), as: UTF8.self)
        }
        return nil
    }
}
