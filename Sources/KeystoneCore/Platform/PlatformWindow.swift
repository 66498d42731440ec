/// How the frame of a window looks; the values are those of `titleBarStyle` in the configuration.
public enum TitleBarStyle: String, Sendable, CaseIterable, Codable {
    /// Web content fills the frame, native window controls lie over it; rounded corners, shadow, resize edges.
    case hidden
    /// Borderless under a GPU-drawn title bar.
    case toolkit
    /// Native controls and a GPU-drawn title bar.
    case toolkitNative = "toolkit-native"
    /// No frame at all.
    case none
}

package struct PlatformWindowOptions: Sendable {
    package var title: String
    package var size: Size
    /// The user can't make the content smaller than this; 0 for no limit.
    package var minimumSize: Size
    /// Whether the user can change the size.
    package var resizable: Bool
    /// In screen coordinates; `nil` leaves the place to the window manager.
    package var position: Point?
    package var titleBarStyle: TitleBarStyle
    package var floating: Bool
    /// Never shown, though its web content runs as if it were.
    package var headless: Bool
    /// Shown from the first frame, before any content is there.
    package var background: Color
    /// The desktop's name for the application, its `id` in the configuration.
    package var appID: String
    /// A strip of native buttons above the content; none where it is empty. It is part of the content's size, and has the
    /// window's own buttons in it.
    package var toolbar: [ToolbarItem] = []

    package init(
        title: String, size: Size, minimumSize: Size = Size(width: 0, height: 0), resizable: Bool = true,
        position: Point? = nil, titleBarStyle: TitleBarStyle = .hidden, floating: Bool = false, headless: Bool = false,
        background: Color, appID: String
    ) {
        self.title = title
        self.size = size
        self.minimumSize = minimumSize
        self.resizable = resizable
        self.position = position
        self.titleBarStyle = titleBarStyle
        self.floating = floating
        self.headless = headless
        self.background = background
        self.appID = appID
    }
}

/// What a native window tells its owner.
package enum PlatformWindowEvent: Sendable {
    /// The user or the window manager asks to close it. The window stays until `close()`.
    case closeRequested
    /// The content's size in points.
    case resized(Size)
    case focused(Bool)
    case stateChanged(WindowState)
    /// A button of the toolbar was pressed: its action.
    case toolbarPressed(action: String)
}

package struct WindowState: Sendable, Hashable {
    package var maximized: Bool
    package var minimized: Bool
    package var fullscreen: Bool

    package init(maximized: Bool = false, minimized: Bool = false, fullscreen: Bool = false) {
        self.maximized = maximized
        self.minimized = minimized
        self.fullscreen = fullscreen
    }
}

/// One native window. Calls on a closed window do nothing or throw `PlatformError`.
@MainActor
package protocol PlatformWindow: AnyObject {
    var title: String { get set }
    var background: Color { get set }
    var state: WindowState { get }
    var isFloating: Bool { get }
    var onEvent: (@MainActor (PlatformWindowEvent) -> Void)? { get set }
    /// Space that the platform's own controls take over the content at each edge, in points.
    var controlInsets: WindowInsets { get }

    func show()
    /// Takes the window off the screen; its content goes on.
    func hide()
    /// Closes at once, without asking.
    func close()
    func focus()
    func minimize()
    /// Maximizes, or restores a maximized window.
    func toggleMaximized()
    func setFullscreen(_ on: Bool)
    /// Throws `notSupported` where the window system has no such notion (Wayland).
    func setFloating(_ on: Bool) throws
    /// The content's frame. The position is 0, 0 where the window system doesn't tell (Wayland).
    func bounds() -> Rect
    /// Changes what is given. Throws `notSupported` for a position under Wayland, after the size was applied.
    func setBounds(x: Double?, y: Double?, width: Double?, height: Double?) throws
    func center() throws
    /// Lets the user move the window with the pointer button that is held now; nothing happens when none is.
    func startDrag()

    /// Adds the window's one web view, above the native content and transparent.
    func attachWebView(_ environment: any WebEnvironment) -> any PlatformWebView
    /// Takes the web view away and ends its process, so that `attachWebView` can make a new one.
    func detachWebView()
    /// A message of the platform's own over the content, for when no page can say it; `nil` takes it away.
    func showMessage(_ message: PlatformMessage?)
    /// Whether the window system draws the window now, so that its page gets frames too. A headless window's page always
    /// does.
    func getsFrames() async -> Bool
    /// What the window shows now, as a PNG file's bytes.
    func snapshotPNG() async throws -> [UInt8]
}

package struct WindowInsets: Sendable, Hashable {
    package var top: Double
    package var left: Double
    package var right: Double

    package init(top: Double = 0, left: Double = 0, right: Double = 0) {
        self.top = top
        self.left = left
        self.right = right
    }
}

/// Plain words for the user, shown natively.
package struct PlatformMessage: Sendable, Hashable {
    package var title: String
    package var detail: String

    package init(title: String, detail: String) {
        self.title = title
        self.detail = detail
    }
}
