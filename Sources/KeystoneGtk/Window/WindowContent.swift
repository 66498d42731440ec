internal import CGtk
internal import KeystoneCore

/// What fills a window, in layers: native content, web view, window buttons.
@MainActor
final class WindowContent {
    let widget: UnsafeMutablePointer<GtkWidget>
    /// The native layer; a pointer event that no web region takes arrives here.
    let native: UnsafeMutablePointer<GtkWidget>
    var onResize: (@MainActor (Size) -> Void)?
    /// A pointer button went down on the native layer, in its coordinates.
    var onNativePress: (@MainActor (Point) -> Void)?

    private let reference: GObjectReference
    private let controls: WindowControls?
    private var messagePanel: MessagePanel?

    init(windowControls: Bool) {
        native = gtk_drawing_area_new()
        widget = gtk_overlay_new()
        reference = GObjectReference(retaining: widget)
        controls = windowControls ? WindowControls() : nil
        build()
    }

    var controlInsets: WindowInsets { controls?.insets ?? WindowInsets() }

    /// The content's size in points, 0 before the first layout.
    var size: Size {
        Size(width: Double(gtk_widget_get_width(widget)), height: Double(gtk_widget_get_height(widget)))
    }

    /// Puts the web view between the native layer and the window buttons.
    func add(webView: UnsafeMutablePointer<GtkWidget>) {
        gtk_widget_set_hexpand(webView, 1)
        gtk_widget_set_vexpand(webView, 1)
        let overlay = widget.unsafeOpaque
        gtk_overlay_add_overlay(overlay, webView)
        // The bottom of what lies over the native layer.
        gtk_widget_insert_after(webView, widget, native)
        gtk_widget_grab_focus(webView)
    }

    func remove(webView: UnsafeMutablePointer<GtkWidget>) {
        gtk_overlay_remove_overlay(widget.unsafeOpaque, webView)
    }

    /// Words over everything but the window buttons; `nil` takes them away.
    func show(_ message: PlatformMessage?, background: Color) {
        if let panel = messagePanel {
            gtk_overlay_remove_overlay(widget.unsafeOpaque, panel.unsafeWidget)
            messagePanel = nil
        }
        guard let message else { return }
        let panel = MessagePanel(message, background: background)
        messagePanel = panel
        gtk_overlay_add_overlay(widget.unsafeOpaque, panel.unsafeWidget)
        controls?.raise(in: widget)
    }

    private func build() {
        gtk_widget_add_css_class(widget, WindowStyle.contentClass)
        gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN)
        gtk_overlay_set_child(widget.unsafeOpaque, native)
        controls?.add(to: widget.unsafeOpaque)
        Signal.connectInts(native, "resize") { [weak self] width, height in
            self?.onResize?(Size(width: Double(width), height: Double(height)))
        }
        let click = gtk_gesture_click_new()
        gtk_gesture_single_set_button(click, 0)
        gtk_widget_add_controller(native, click)
        if let click {
            Signal.connectPress(UnsafeMutableRawPointer(click), "pressed") { [weak self] _, x, y in
                self?.onNativePress?(Point(x: x, y: y))
            }
        }
    }
}
