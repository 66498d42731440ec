internal import CKeystonePlugin

/// What a plugin's library hands to the framework.
public typealias PluginExport = UnsafeMutableRawPointer

/// One plugin that a library holds: its type, and how to make an instance.
public struct PluginFactory: Sendable {
    let type: any AnyObject.Type
    let make: @MainActor @Sendable () -> any AnyObject

    public init<Plugin: AnyObject>(_ make: @escaping @MainActor @Sendable () -> Plugin) {
        type = Plugin.self
        self.make = make
    }
}

/// Collects the plugins that `exportPlugins` names.
@resultBuilder
public enum PluginListBuilder {
    public static func buildExpression<Plugin: AnyObject>(
        _ make: @autoclosure @escaping @MainActor @Sendable () -> Plugin
    ) -> PluginFactory {
        PluginFactory(make)
    }

    public static func buildBlock(_ factories: PluginFactory...) -> [PluginFactory] { factories }
}

/// The body of a library's one entry:
///
/// ```swift
/// import Keystone
///
/// final class Clock: ServicePlugin {
///     let serviceName = "clock"
///     func initialize(_ context: CoreContext) async throws {
///         context.handle("clock:now") { Int64(time(nil)) }
///     }
/// }
///
/// @c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Clock() } }
/// ```
///
/// Each expression makes a plugin; it is evaluated when the framework needs an instance.
@_alwaysEmitIntoClient
public func exportPlugins(@PluginListBuilder _ plugins: () -> [PluginFactory]) -> PluginExport {
    // Compiled into the plugin: its library refers to the symbol of the framework that it was built against.
    keystoneABI1()
    return makePluginExport(plugins())
}

/// Stands in plugins' symbol tables. See `keystone_plugin.h`.
@c(keystone_abi_1)
public func keystoneABI1() {}

/// What `exportPlugins` calls. Not for direct use.
public func makePluginExport(_ plugins: [PluginFactory]) -> PluginExport {
    Unmanaged.passRetained(PluginExportBox(plugins)).toOpaque()
}

/// What an export points to.
final class PluginExportBox: Sendable {
    let plugins: [PluginFactory]

    init(_ plugins: [PluginFactory]) {
        self.plugins = plugins
    }
}
