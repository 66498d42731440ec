/// One plugin of a library, with the name that it goes by.
@MainActor
struct HostedPlugin {
    enum Kind: String {
        case library, core, logic, service, window, custom
    }

    let object: AnyObject
    let kind: Kind
    let name: String

    /// The same in every version of the library.
    var key: String { "\(kind.rawValue)/\(name)" }

    init(_ object: AnyObject) {
        self.object = object
        (kind, name) = Self.identity(of: object)
    }

    private static func identity(of object: AnyObject) -> (Kind, String) {
        switch object {
        case let library as any LibraryPlugin: (.library, library.libraryName)
        case let core as any CorePlugin: (.core, core.coreName)
        case let logic as any LogicPlugin: (.logic, logic.logicName)
        case let service as any ServicePlugin: (.service, service.serviceName)
        default: (.custom, String(describing: Swift.type(of: object)))
        }
    }

    // MARK: State

    /// `nil` where there is none to keep.
    func savedState() async throws -> [UInt8]? {
        switch object {
        case let plugin as any ServicePlugin & StatefulPlugin: try await Self.save(plugin)
        case let plugin as any LogicPlugin & StatefulPlugin: try await Self.save(plugin)
        case let plugin as any StatefulPlugin: try await plugin.serializeState()
        default: nil
        }
    }

    func restore(_ state: [UInt8]) async throws {
        switch object {
        case let plugin as any ServicePlugin & StatefulPlugin: try await Self.restore(plugin, state)
        case let plugin as any LogicPlugin & StatefulPlugin: try await Self.restore(plugin, state)
        case let plugin as any StatefulPlugin: try await plugin.restoreState(state)
        default: break
        }
    }

    /// Off the main thread, as the plugin's other methods.
    @concurrent
    private static func save(_ plugin: any StatefulPlugin & Sendable) async throws -> [UInt8]? {
        try await plugin.serializeState()
    }

    @concurrent
    private static func restore(_ plugin: any StatefulPlugin & Sendable, _ state: [UInt8]) async throws {
        try await plugin.restoreState(state)
    }
}
