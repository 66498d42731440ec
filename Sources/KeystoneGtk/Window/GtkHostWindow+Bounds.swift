internal import CGtk
package import KeystoneCore

extension GtkHostWindow {
    package func bounds() -> Rect {
        guard !isClosed else { return Rect(x: 0, y: 0, width: 0, height: 0) }
        let size = contentSize
        let origin = X11Window(self)?.contentOrigin() ?? Point(x: 0, y: 0)
        return Rect(x: origin.x, y: origin.y, width: size.width, height: size.height)
    }

    package func setBounds(x: Double?, y: Double?, width: Double?, height: Double?) throws {
        guard !isClosed else { throw closedError }
        resize(width: width, height: height)
        guard x != nil || y != nil else { return }
        try move(to: Point(x: x ?? bounds().x, y: y ?? bounds().y))
    }

    package func center() throws {
        guard !isClosed else { throw closedError }
        guard let x11 = X11Window(self) else { throw placeError }
        let area = x11.workArea()
        let size = contentSize
        try move(
            to: Point(
                x: (area.x + (area.width - size.width) / 2).rounded(),
                y: (area.y + (area.height - size.height) / 2).rounded()))
    }

    /// What was laid out, or before that what was asked for.
    private var contentSize: Size {
        let size = content.size
        if size.width > 0 { return size }
        var width: Int32 = 0
        var height: Int32 = 0
        gtk_window_get_default_size(window, &width, &height)
        let frame = WindowStyle.frameSize(of: widget)
        return Size(width: Double(width) - frame.width, height: Double(height) - frame.height)
    }

    func setContentSize(_ size: Size) {
        let frame = WindowStyle.frameSize(of: widget)
        gtk_window_set_default_size(
            window, Self.pixels(size.width + frame.width), Self.pixels(size.height + frame.height))
    }

    /// X11 knows no longer edges.
    private static func pixels(_ length: Double) -> Int32 {
        Int32(min(max(length.rounded(), 1), 32767))
    }

    private func resize(width: Double?, height: Double?) {
        guard width != nil || height != nil else { return }
        let now = contentSize
        let size = Size(width: max(1, width ?? now.width), height: max(1, height ?? now.height))
        setContentSize(size)
        if headless { OffscreenWindow.allocate(self, size: size) }
    }

    private func move(to point: Point) throws(PlatformError) {
        guard let x11 = X11Window(self) else { throw placeError }
        initialPosition = nil
        x11.move(contentTo: point)
    }

    private var placeError: PlatformError {
        PlatformError(.notSupported, "A window can't choose its place under Wayland; the compositor decides that.")
    }
}
