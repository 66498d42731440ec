internal import CGtk

/// The window system behind GDK's display.
enum WindowSystem {
    case x11, wayland, other

    init(_ display: OpaquePointer) {
        if ks_display_is_x11(display) != 0 {
            self = .x11
        } else if ks_display_is_wayland(display) != 0 {
            self = .wayland
        } else {
            self = .other
        }
    }

    var name: String {
        switch self {
        case .x11: "x11"
        case .wayland: "wayland"
        case .other: "other"
        }
    }
}
