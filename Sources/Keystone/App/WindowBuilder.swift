public import KeystoneCore

/// What `KeystoneApp.window` says of a window; what it doesn't say comes from the configuration file, or is the default.
@MainActor
public final class WindowBuilder {
    struct Setting {
        /// The keys of `windows[]` that it gives.
        var keys: [String]
        var apply: (inout WindowConfig) -> Void
    }

    private(set) var settings: [Setting] = []

    @discardableResult
    public func title(_ title: String) -> WindowBuilder { set("title") { $0.title = title } }

    /// The first size of the content, in points.
    @discardableResult
    public func size(_ width: Double, _ height: Double) -> WindowBuilder {
        set("width", "height") {
            $0.width = width
            $0.height = height
        }
    }

    /// The content can't be made smaller than this, in points.
    @discardableResult
    public func minimumSize(_ width: Double, _ height: Double) -> WindowBuilder {
        set("minWidth", "minHeight") {
            $0.minWidth = width
            $0.minHeight = height
        }
    }

    /// The first place on the screen, in points. Wayland has no such notion and ignores it.
    @discardableResult
    public func position(_ x: Double, _ y: Double) -> WindowBuilder {
        set("x", "y") {
            $0.x = x
            $0.y = y
        }
    }

    /// Whether the user can change the size.
    @discardableResult
    public func resizable(_ isResizable: Bool) -> WindowBuilder { set("resizable") { $0.resizable = isResizable } }

    @discardableResult
    public func titleBar(_ style: TitleBarStyle) -> WindowBuilder { set("titleBarStyle") { $0.titleBarStyle = style } }

    /// Above other windows.
    @discardableResult
    public func floating(_ isFloating: Bool = true) -> WindowBuilder { set("floating") { $0.floating = isFloating } }

    /// No native drawing under the web content.
    @discardableResult
    public func renderless() -> WindowBuilder { set("renderless") { $0.renderless = true } }

    /// Never shown.
    @discardableResult
    public func headless() -> WindowBuilder {
        set("headless", "renderless") {
            $0.headless = true
            $0.renderless = true
        }
    }

    /// Not opened on launch, but when an action or a page asks for it.
    @discardableResult
    public func noSpawn() -> WindowBuilder { set("spawn") { $0.spawn = false } }

    /// A strip of buttons below the title bar; with a title bar that is `hidden`, the window's own buttons are in it.
    ///
    /// ```swift
    /// .window("app") { $0.toolbar { $0.button("Save", "editor:save").separator().icon("⚙", "spawn:settings") } }
    /// ```
    @discardableResult
    public func toolbar(_ configure: (ToolbarBuilder) -> Void) -> WindowBuilder {
        let builder = ToolbarBuilder()
        configure(builder)
        let items = builder.items
        return set { $0.toolbar = items }
    }

    private func set(_ keys: String..., apply: @escaping (inout WindowConfig) -> Void) -> WindowBuilder {
        settings.append(Setting(keys: keys, apply: apply))
        return self
    }
}

/// What is in a window's toolbar, from its start to its end.
///
/// A press dispatches the button's action as a page of the window would: `window:close`, `spawn:settings`, or one of the
/// app's own.
@MainActor
public final class ToolbarBuilder {
    private(set) var items: [ToolbarItem] = []

    /// A button with words on it.
    @discardableResult
    public func button(_ title: String, _ action: String) -> ToolbarBuilder {
        add(.button(title: title, action: action))
    }

    /// A button with a symbol on it.
    ///
    /// - Parameters:
    ///   - symbol: A character, or a few, for example `⚙`.
    ///   - label: What the button does, for its tooltip and for screen readers; the action without it.
    @discardableResult
    public func icon(_ symbol: String, _ action: String, label: String? = nil) -> ToolbarBuilder {
        add(.icon(symbol: symbol, action: action, label: label ?? action))
    }

    /// A line between groups of buttons.
    @discardableResult
    public func separator() -> ToolbarBuilder { add(.separator) }

    private func add(_ item: ToolbarItem) -> ToolbarBuilder {
        items.append(item)
        return self
    }
}
