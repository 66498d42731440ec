public import CBareWebKit

/// The first web view in any window of this process; `nil` where there is none.
@MainActor
public func firstWebView() -> UnsafeMutablePointer<WebKitWebView>? {
    let windows = gtk_window_list_toplevels()
    defer { g_list_free(windows) }
    var entry = windows
    while let element = entry {
        if let widget = element.pointee.data?.assumingMemoryBound(to: GtkWidget.self), let found = webView(in: widget) {
            return found
        }
        entry = element.pointee.next
    }
    return nil
}

@MainActor
private func webView(in widget: UnsafeMutablePointer<GtkWidget>) -> UnsafeMutablePointer<WebKitWebView>? {
    if ks_is_web_view(widget) != 0 { return ks_web_view(widget) }
    var child = gtk_widget_get_first_child(widget)
    while let each = child {
        if let found = webView(in: each) { return found }
        child = gtk_widget_get_next_sibling(each)
    }
    return nil
}
