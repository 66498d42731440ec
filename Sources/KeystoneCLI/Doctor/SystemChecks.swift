internal import KeystoneCore
internal import KeystoneSupport

/// Looks at the machine, one question a function.
struct SystemChecks: Sendable {
    let context: CommandContext

    func all() -> [Finding] {
        [
            engine(), host(), bun(),
            library("GTK", "libgtk-4.so.1", module: "gtk4", package: "libgtk-4-1"),
            library("WebKitGTK", "libwebkitgtk-6.0.so.4", module: "webkitgtk-6.0", package: "libwebkitgtk-6.0-4"),
            program(
                "bubblewrap", "bwrap", ["--version"], package: "bubblewrap",
                why: "the sandboxes of WebKit and of extensions need it"),
            program(
                "D-Bus proxy", "xdg-dbus-proxy", ["--version"], package: "xdg-dbus-proxy",
                why: "WebKit's sandbox needs it"),
            swift(), display(), rendering(), sessionBus(), portal(), fonts(),
        ]
    }

    private func engine() -> Finding {
        do throws(CommandFailure) {
            return .fine("Keystone", "\(KeystoneCommand.version) in \(try Engine.find(context).root)")
        } catch {
            return .missing("Keystone", error.message, mend: error.hint, required: true)
        }
    }

    private func bun() -> Finding {
        do throws(CommandFailure) {
            let bun = try BunTool.find(try? Engine.find(context), context)
            return .fine("Bun", "\(bun.version) (\(bun.path))")
        } catch {
            return .missing("Bun", error.message, mend: error.hint, required: true)
        }
    }

    private func host() -> Finding {
        do throws(CommandFailure) {
            return .fine("Host", try Engine.find(context).host(context))
        } catch {
            return .missing("Host", error.message, mend: error.hint, required: true)
        }
    }

    private func library(_ subject: String, _ file: String, module: String, package: String) -> Finding {
        let path = context.environment
        // Not on everybody's PATH.
        let cache = ["/sbin/ldconfig", "/usr/sbin/ldconfig"].first(where: Files.isExecutable)
        if let cache, let known = Tool.output(cache, ["-p"]), !known.contains(file) {
            return .missing(subject, "no \(file)", mend: install(package), required: true)
        }
        let version =
            Files.onPath("pkg-config", path).flatMap { Tool.output($0, ["--modversion", module]) }
            ?? Files.onPath("dpkg-query", path).flatMap { Tool.output($0, ["-W", "-f", "${Version}", package]) }
        return .fine(subject, version.flatMap { $0.isEmpty ? nil : $0 } ?? file)
    }

    private func program(_ subject: String, _ name: String, _ arguments: [String], package: String, why: String)
        -> Finding
    {
        guard let path = Files.onPath(name, context.environment) else {
            return .missing(subject, "no \(name) on PATH; \(why)", mend: install(package), required: true)
        }
        let version = Tool.output(path, arguments)?.split(separator: "\n").first.map(String.init)
        return .fine(subject, version ?? path)
    }

    private func swift() -> Finding {
        guard let path = Files.onPath("swift", context.environment) else {
            return .missing(
                "Swift", "no swift on PATH; only apps with native code need it",
                mend: "Install Swift 6.3 or newer: https://www.swift.org/install/linux/", required: false)
        }
        let line = Tool.output(path, ["--version"])?.split(separator: "\n").first { $0.contains("Swift version") }
        return .fine("Swift", line.map(String.init) ?? path)
    }

    private func display() -> Finding {
        if let name = context.variable("WAYLAND_DISPLAY") { return .fine("Display", "Wayland (\(name))") }
        if let name = context.variable("DISPLAY") { return .fine("Display", "X11 (\(name))") }
        return .missing(
            "Display", "none: windows can't be shown",
            mend: "Log in to a desktop, or run off-screen: xvfb-run keystone run DIR --screenshot FILE.png",
            required: false)
    }

    private func sessionBus() -> Finding {
        if let address = context.variable("DBUS_SESSION_BUS_ADDRESS") { return .fine("Session bus", address) }
        let socket = context.variable("XDG_RUNTIME_DIR").map { $0 + "/bus" }
        if let socket, Files.exists(socket) { return .fine("Session bus", socket) }
        return .missing(
            "Session bus", "none: no portals, no notifications", mend: "dbus-run-session keystone run", required: false)
    }

    private func portal() -> Finding {
        let places = ["/usr/libexec", "/usr/lib", "/usr/lib/xdg-desktop-portal"].map { $0 + "/xdg-desktop-portal" }
        if let path = places.first(where: Files.isExecutable) { return .fine("Desktop portal", path) }
        return .missing(
            "Desktop portal", "no xdg-desktop-portal: the system's colour scheme comes from GTK's setting",
            mend: install("xdg-desktop-portal xdg-desktop-portal-gtk"), required: false)
    }

    private func fonts() -> Finding {
        guard let tool = Files.onPath("fc-match", context.environment), let font = Tool.output(tool, ["sans-serif"]),
            !font.isEmpty
        else {
            return .missing(
                "Fonts", "no fontconfig: text may be missing",
                mend: install("fontconfig fonts-cantarell fonts-dejavu-core"),
                required: false)
        }
        return .fine("Fonts", font)
    }

    private func rendering() -> Finding {
        RenderingRecord.read(context.environment)
    }

    private func install(_ packages: String) -> String {
        let tools = ["apt-get": "sudo apt-get install", "dnf": "sudo dnf install", "pacman": "sudo pacman -S"]
        let tool = tools.keys.sorted().first { Files.onPath($0, context.environment) != nil }
        guard let tool, let command = tools[tool] else { return "Install the equivalent of: \(packages)" }
        return tool == "apt-get" ? "\(command) \(packages)" : "\(command) the equivalent of \(packages)"
    }
}

/// What the host remembered about this machine's graphics.
enum RenderingRecord {
    /// Reads `rendering.json` in the cache directory.
    static func read(_ environment: [String: String]) -> Finding {
        if let forced = environment["KEYSTONE_RENDERING"], !forced.isEmpty {
            return .fine("Rendering", "\(forced) (KEYSTONE_RENDERING)")
        }
        let home = environment["HOME"] ?? "/tmp"
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.cache"
        let file = cache + "/keystone/rendering.json"
        guard Files.exists(file) else {
            return .fine("Rendering", "chosen when an app starts; nothing remembered yet")
        }
        let options = JSONOptions.config
        guard let bytes = try? SmallFile.read(file, limit: options.maximumSize),
            let record = try? JSONValue.parse(bytes, options: options),
            let mode = record["mode"]?.string
        else {
            return .missing("Rendering", "\(file) can't be read", mend: "rm \(file)", required: false)
        }
        let reason = record["reason"]?.string.map { ", \($0)" } ?? ""
        let date = record["date"]?.string.map { ", since \($0)" } ?? ""
        guard record["isSafeMode"]?.bool == true else { return .fine("Rendering", mode + reason + date) }
        return .missing("Rendering", "\(mode)\(reason)\(date)", mend: "To try again: rm \(file)", required: false)
    }
}
