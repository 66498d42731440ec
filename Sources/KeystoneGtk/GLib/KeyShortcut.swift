internal import CGtk

/// A key of a window that is heard before whatever has the focus.
@MainActor
enum KeyShortcut {
    /// - Parameters:
    ///   - trigger: As GTK writes it, for example `F6`.
    ///   - body: Answers whether the key has done its work; otherwise the focus gets it.
    static func add(
        _ trigger: String, to widget: UnsafeMutablePointer<GtkWidget>, _ body: @escaping @MainActor () -> Bool
    ) {
        let trampoline: @convention(c) (UnsafeMutablePointer<GtkWidget>?, OpaquePointer?, gpointer?) -> gboolean = {
            _, _, data in
            SignalClosure<@MainActor () -> Bool>.body(data)?() == true ? 1 : 0
        }
        let action = gtk_callback_action_new(
            trampoline, Unmanaged.passRetained(SignalClosure(body)).toOpaque(),
            { data in if let data { Unmanaged<AnyObject>.fromOpaque(data).release() } })
        let controller = gtk_shortcut_controller_new()
        gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_CAPTURE)
        let shortcut = gtk_shortcut_new(gtk_shortcut_trigger_parse_string(trigger), action)
        gtk_shortcut_controller_add_shortcut(controller, shortcut)
        gtk_widget_add_controller(widget, controller)
    }
}
