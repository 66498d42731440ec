public import KeystoneCore

/// How a window is made: the keys of `windows[]` in the configuration, or what `window:open` asks for.
public struct WindowOptions: Sendable, Hashable {
    /// The web component that fills the window.
    public var component: String
    public var title: String
    /// The content's size in points.
    public var size: Size
    /// The user can't make the content smaller than this, in points; 0 for no limit.
    public var minimumSize = Size(width: 0, height: 0)
    /// Whether the user can change the size.
    public var resizable = true
    /// In screen coordinates; `nil` leaves it to the window manager. Wayland has no such notion and ignores it.
    public var position: Point?
    public var titleBarStyle: TitleBarStyle
    public var floating: Bool
    /// No native drawing under the web content.
    public var renderless: Bool
    /// Never shown; implies `renderless`.
    public var headless: Bool
    /// Nobody has named a title or a size yet: a window plugin's own count.
    var lacksTitle = false
    var lacksSize = false
    /// A strip of native buttons above the content; none where it is empty.
    public var toolbar: [ToolbarItem] = []

    public init(
        component: String, title: String? = nil, size: Size = Size(width: 800, height: 600), position: Point? = nil,
        titleBarStyle: TitleBarStyle = .hidden, floating: Bool = false, renderless: Bool = false, headless: Bool = false
    ) {
        self.component = component
        self.title = title ?? component
        self.size = size
        self.position = position
        self.titleBarStyle = titleBarStyle
        self.floating = floating
        self.renderless = renderless || headless
        self.headless = headless
    }
}
