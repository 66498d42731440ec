internal import CGtk
internal import KeystoneCore

/// What fills a window, in layers: native content, web view, window buttons. A toolbar lies above all of them, and the
/// window buttons are in it.
@MainActor
final class WindowContent {
    let widget: UnsafeMutablePointer<GtkWidget>
    let toolbar: Toolbar?
    /// Holds the layers.
    private let stage: UnsafeMutablePointer<GtkWidget>
    /// The native layer; a pointer event that no web region takes arrives here.
    let native: UnsafeMutablePointer<GtkWidget>
    var onResize: (@MainActor (Size) -> Void)?
    /// A pointer button went down on the native layer, in its coordinates.
    var onNativePress: (@MainActor (Point) -> Void)?

    private let reference: GObjectReference
    private let controls: WindowControls?
    private var messagePanel: MessagePanel?

    init(windowControls: Bool, toolbar items: [ToolbarItem] = []) {
        native = gtk_drawing_area_new()
        stage = gtk_overlay_new()
        let controls = windowControls ? WindowControls() : nil
        if items.isEmpty {
            (widget, toolbar, self.controls) = (stage, nil, controls)
        } else {
            widget = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0)
            (toolbar, self.controls) = (Toolbar(items, controls: controls), nil)
        }
        reference = GObjectReference(retaining: widget)
        build()
    }

    /// Nothing where the buttons are in the toolbar.
    var controlInsets: WindowInsets { controls?.insets ?? WindowInsets() }

    /// The content's size in points, 0 before the first layout.
    var size: Size {
        Size(width: Double(gtk_widget_get_width(widget)), height: Double(gtk_widget_get_height(widget)))
    }

    /// Puts the web view between the native layer and the window buttons.
    func add(webView: UnsafeMutablePointer<GtkWidget>) {
        gtk_widget_set_hexpand(webView, 1)
        gtk_widget_set_vexpand(webView, 1)
        gtk_overlay_add_overlay(stage.unsafeOpaque, webView)
        // The bottom of what lies over the native layer.
        gtk_widget_insert_after(webView, stage, native)
        gtk_widget_grab_focus(webView)
    }

    func remove(webView: UnsafeMutablePointer<GtkWidget>) {
        gtk_overlay_remove_overlay(stage.unsafeOpaque, webView)
    }

    /// Words over everything but the window buttons; `nil` takes them away.
    func show(_ message: PlatformMessage?, background: Color) {
        if let panel = messagePanel {
            gtk_overlay_remove_overlay(stage.unsafeOpaque, panel.unsafeWidget)
            messagePanel = nil
        }
        guard let message else { return }
        let panel = MessagePanel(message, background: background)
        messagePanel = panel
        gtk_overlay_add_overlay(stage.unsafeOpaque, panel.unsafeWidget)
        controls?.raise(in: stage)
    }

    private func build() {
        gtk_widget_add_css_class(widget, WindowStyle.contentClass)
        gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN)
        gtk_overlay_set_child(stage.unsafeOpaque, native)
        controls?.add(to: stage.unsafeOpaque)
        if let toolbar {
            let box = widget.unsafeCast(to: GtkBox.self)
            gtk_box_append(box, toolbar.unsafeWidget)
            gtk_box_append(box, stage)
            gtk_widget_set_vexpand(stage, 1)
        }
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
