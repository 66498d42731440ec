internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore

/// Where a web view takes pointer input; `nil` is everywhere.
@MainActor
final class HitRegions {
    var regions: [Rect]?

    func contains(x: Double, y: Double) -> Bool {
        guard let regions else { return true }
        return regions.contains { $0.contains(x: x, y: y) }
    }
}

/// The GObject class `KeystoneWebView`: a `WebKitWebView` that is only there for the pointer inside its hit regions, so
/// that events elsewhere reach the widget underneath.
@MainActor
enum WebViewType {
    static let gType: GType = register()

    private static let regionsKey = "keystone-hit-regions"

    static func attach(_ regions: HitRegions, to view: UnsafeMutablePointer<GtkWidget>) {
        g_object_set_data_full(
            view.unsafeCast(to: GObject.self), regionsKey, Unmanaged.passRetained(regions).toOpaque(),
            { data in
                if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
            })
    }

    private static func register() -> GType {
        let parent = webkit_web_view_get_type()
        var query = GTypeQuery()
        g_type_query(parent, &query)
        return g_type_register_static_simple(
            parent, "KeystoneWebView", query.class_size,
            { type, _ in
                type?.assumingMemoryBound(to: GtkWidgetClass.self).pointee.contains = { widget, x, y in
                    guard let widget else { return 0 }
                    return WebViewType.contains(widget, x, y) ? 1 : 0
                }
            },
            query.instance_size, nil, GTypeFlags(rawValue: 0))
    }

    private static func contains(_ widget: UnsafeMutablePointer<GtkWidget>, _ x: Double, _ y: Double) -> Bool {
        let width = Double(gtk_widget_get_width(widget))
        let height = Double(gtk_widget_get_height(widget))
        guard x >= 0, y >= 0, x < width, y < height else { return false }
        guard let data = g_object_get_data(widget.unsafeCast(to: GObject.self), regionsKey) else { return true }
        return Unmanaged<HitRegions>.fromOpaque(data).takeUnretainedValue().contains(x: x, y: y)
    }
}
