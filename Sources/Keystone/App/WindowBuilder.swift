public import KeystoneCore

/// What `KeystoneApp.window` says of a window; what it doesn't say comes from the configuration file, or is the default.
@MainActor
public final class WindowBuilder {
    private(set) var settings: [(inout WindowConfig) -> Void] = []

    @discardableResult
    public func title(_ title: String) -> WindowBuilder { set { $0.title = title } }

    /// The first size of the content, in points.
    @discardableResult
    public func size(_ width: Double, _ height: Double) -> WindowBuilder {
        set {
            $0.width = width
            $0.height = height
        }
    }

    /// The content can't be made smaller than this, in points.
    @discardableResult
    public func minimumSize(_ width: Double, _ height: Double) -> WindowBuilder {
        set {
            $0.minWidth = width
            $0.minHeight = height
        }
    }

    @discardableResult
    public func titleBar(_ style: TitleBarStyle) -> WindowBuilder { set { $0.titleBarStyle = style } }

    /// Above other windows.
    @discardableResult
    public func floating(_ isFloating: Bool = true) -> WindowBuilder { set { $0.floating = isFloating } }

    /// Never shown.
    @discardableResult
    public func headless() -> WindowBuilder {
        set {
            $0.headless = true
            $0.renderless = true
        }
    }

    /// Not opened on launch, but when an action or a page asks for it.
    @discardableResult
    public func noSpawn() -> WindowBuilder { set { $0.spawn = false } }

    private func set(_ setting: @escaping (inout WindowConfig) -> Void) -> WindowBuilder {
        settings.append(setting)
        return self
    }
}
