internal import CGtk

/// The pointer press that is still held, which a window move needs to name.
@MainActor
final class LastPress {
    private struct Press {
        var device: GObjectReference
        var button: Int32
        var x: Double
        var y: Double
        var time: UInt32
    }

    private var press: Press?

    init(on widget: UnsafeMutablePointer<GtkWidget>) {
        guard let controller = gtk_event_controller_legacy_new() else { return }
        gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_CAPTURE)
        gtk_widget_add_controller(widget, controller)
        Signal.connectPointerBool(UnsafeMutableRawPointer(controller), "event") { [weak self] event in
            self?.observe(OpaquePointer(event))
            return false
        }
    }

    /// Whether there was a press to begin a move with.
    func beginMove(of widget: UnsafeMutablePointer<GtkWidget>) -> Bool {
        guard let press, let surface = gtk_native_get_surface(widget.unsafeOpaque) else { return false }
        self.press = nil  // the window manager keeps the release
        gdk_toplevel_begin_move(
            surface, OpaquePointer(press.device.unsafeObject), press.button, press.x, press.y, press.time)
        return true
    }

    private func observe(_ event: OpaquePointer) {
        switch gdk_event_get_event_type(event) {
        case GDK_BUTTON_PRESS:
            guard let device = gdk_event_get_device(event) else { return }
            var x = 0.0
            var y = 0.0
            gdk_event_get_position(event, &x, &y)
            press = Press(
                device: GObjectReference(retaining: UnsafeMutableRawPointer(device)),
                button: Int32(gdk_button_event_get_button(event)), x: x, y: y, time: gdk_event_get_time(event))
        case GDK_BUTTON_RELEASE:
            press = nil
        default:
            return
        }
    }
}
