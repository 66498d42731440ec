internal import CGtk
internal import Glibc

/// The graphics hardware as the kernel tells it, without loading any driver.
struct GraphicsMachine: Sendable, Hashable {
    /// The kernel drivers of the render nodes, with their versions where they have any.
    var drivers: [String]
    /// `wayland` or `x11`.
    var display: String

    var key: String { drivers.joined(separator: "+") + "/" + display }

    static var current: GraphicsMachine {
        GraphicsMachine(
            drivers: renderNodes().map(driver).sorted(),
            display: getenv("WAYLAND_DISPLAY") != nil ? "wayland" : "x11")
    }

    private static func renderNodes() -> [String] {
        guard let folder = opendir("/dev/dri") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix("renderD") { names.append(name) }
        }
        return names
    }

    private static func driver(of node: String) -> String {
        guard let link = takeString(g_file_read_link("/sys/class/drm/\(node)/device/driver", nil)) else { return node }
        let name = link.split(separator: "/").last.map(String.init) ?? node
        var contents: UnsafeMutablePointer<CChar>?
        guard g_file_get_contents("/sys/module/\(name)/version", &contents, nil, nil) != 0,
            let version = takeString(contents)
        else { return name }
        return name + " " + version.prefix { !$0.isWhitespace }
    }
}
