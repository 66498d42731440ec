internal import CGtk
internal import KeystoneCore

/// The X11 side of a realized window: its place on the screen and hints to the window manager.
///
/// X counts device pixels from the corner of the X window, which includes the shadow that GTK draws; Keystone counts
/// points from the content's corner. This type is where the two meet.
@MainActor
struct X11Window {
    private let window: GtkHostWindow
    private let surface: OpaquePointer
    private let gdkDisplay: OpaquePointer
    private let display: OpaquePointer
    private let xid: Window

    /// `nil` where the display isn't X11.
    init?(_ window: GtkHostWindow) {
        guard Self.isDisplay(of: window.widget), let gdkDisplay = gtk_widget_get_display(window.widget) else {
            return nil
        }
        if gtk_widget_get_realized(window.widget) == 0 { gtk_widget_realize(window.widget) }
        guard let surface = gtk_native_get_surface(window.widget.unsafeOpaque),
            let display = gdk_x11_display_get_xdisplay(gdkDisplay)
        else { return nil }
        self.window = window
        self.surface = surface
        self.gdkDisplay = gdkDisplay
        self.display = display
        xid = gdk_x11_surface_get_xid(surface)
    }

    static func isDisplay(of widget: UnsafeMutablePointer<GtkWidget>) -> Bool {
        gtk_widget_get_display(widget).map { ks_display_is_x11($0) != 0 } ?? false
    }

    private var scale: Double { Double(gdk_surface_get_scale_factor(surface)) }
    private var root: Window { gdk_x11_display_get_xrootwindow(gdkDisplay) }

    /// The content's corner within the X window, in points: the width of the shadow and of the frame.
    private var inset: Point {
        var x = 0.0
        var y = 0.0
        gtk_native_get_surface_transform(window.widget.unsafeOpaque, &x, &y)
        return Point(x: x, y: y)
    }

    func contentOrigin() -> Point {
        var x: Int32 = 0
        var y: Int32 = 0
        var child: Window = 0
        trapErrors { _ = XTranslateCoordinates(display, xid, root, 0, 0, &x, &y, &child) }
        return Point(x: Double(x) / scale + inset.x, y: Double(y) / scale + inset.y)
    }

    func move(contentTo point: Point) {
        let x = Self.pixels((point.x - inset.x) * scale)
        let y = Self.pixels((point.y - inset.y) * scale)
        trapErrors {
            XMoveWindow(display, xid, x, y)
            XFlush(display)
        }
    }

    /// X counts in 16 bits.
    private static func pixels(_ position: Double) -> Int32 {
        Int32(min(max(position.rounded(), -32768), 32767))
    }

    /// What a window manager only heeds for windows that are on the screen.
    func mapped(floating: Bool) {
        if floating { setAbove(true) }
    }

    /// The EWMH request `_NET_WM_STATE` for `_NET_WM_STATE_ABOVE`.
    func setAbove(_ on: Bool) {
        var event = XEvent()
        event.xclient.type = ClientMessage
        event.xclient.window = xid
        event.xclient.message_type = atom("_NET_WM_STATE")
        event.xclient.format = 32
        event.xclient.data.l = (on ? 1 : 0, Int(atom("_NET_WM_STATE_ABOVE")), 0, 1, 0)
        trapErrors {
            XSendEvent(display, root, 0, SubstructureRedirectMask | SubstructureNotifyMask, &event)
            XFlush(display)
        }
    }

    /// The part of the window's monitor that panels leave free, in points.
    func workArea() -> Rect {
        guard let monitor = gdk_display_get_monitor_at_surface(gdkDisplay, surface) else {
            return Rect(x: 0, y: 0, width: 0, height: 0)
        }
        var area = GdkRectangle()
        gdk_x11_monitor_get_workarea(monitor, &area)
        return Rect(x: Double(area.x), y: Double(area.y), width: Double(area.width), height: Double(area.height))
    }

    private func atom(_ name: String) -> Atom {
        gdk_x11_get_xatom_by_name_for_display(gdkDisplay, name)
    }

    /// The window may be gone on the server already; that must not end the process.
    private func trapErrors(_ body: () -> Void) {
        gdk_x11_display_error_trap_push(gdkDisplay)
        body()
        gdk_x11_display_error_trap_pop_ignored(gdkDisplay)
    }
}
