internal import KeystoneCore
internal import KeystoneSupport

/// What a native window shows.
struct NativeContent {
    let type: WindowType
    let instance: any WindowPlugin
}

/// A window of a window plugin's type.
extension ManagedWindow {
    /// The plugin's instance for this window; `nil` for a window with a page.
    public var plugin: (any WindowPlugin)? { content?.instance }

    /// Gives the window its instance of the plugin, or the one of a newer version.
    func attachPlugin(_ type: WindowType) {
        isNative = true
        do {
            let instance = try type.prepared.instances[id] ?? initialized(type)
            content = NativeContent(type: type, instance: instance)
            native.showMessage(nil)
        } catch {
            log.error("the window plugin \(type.name) could not start: \(error)")
            native.showMessage(PlatformMessage(title: "This window can't be shown", detail: "\(error)"))
            onEvent?(self, .failed("\(error)"))
        }
    }

    private func initialized(_ type: WindowType) throws -> any WindowPlugin {
        let missing = type.dependencies.filter { context.isPluginKnown?($0) == false }
        if !missing.isEmpty {
            log.warning("\(type.name) works with \(missing.joined(separator: ", ")), and that is not there")
        }
        let instance = type.instance(for: id)
        try type.initialize(instance)
        return instance
    }

    /// The plugin is gone: the window stays, for one that comes again.
    func detachPlugin() {
        content = nil
        native.showMessage(
            PlatformMessage(title: "The plugin of this window is gone", detail: "\(component) is no longer there."))
    }

    /// The window's ground is drawn with its first frame; there is no page to wait for.
    func nativeContentShown() {
        guard content != nil else { return }
        onEvent?(self, .mounted(component: component))
        onEvent?(self, .painted)
    }
}
