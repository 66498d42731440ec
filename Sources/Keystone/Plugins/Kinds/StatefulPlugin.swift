internal import KeystoneServices

/// A plugin of any kind whose memory outlives a reload. The state goes to the plugin of the same kind and name in the
/// library's new version.
///
/// For a service and a logic plugin these run off the main thread unless the type is `@MainActor`, for the other kinds on
/// the main thread.
public protocol StatefulPlugin: AnyObject {
    /// Asked before the old version is shut down. `nil`: nothing to keep. What it throws goes to the log, and the new
    /// version starts without a state.
    nonisolated(nonsending) func serializeState() async throws -> [UInt8]?

    /// Called on the new version before `initialize`; not called where there is no state. Where it throws, the old version
    /// stays in service.
    nonisolated(nonsending) func restoreState(_ state: [UInt8]) async throws
}

/// A service whose memory outlives a reload.
public typealias ReloadableService = ServicePlugin & StatefulPlugin

/// A stateful plugin whose state is one `Codable` value.
///
/// ```swift
/// actor Counter: ServicePlugin, CodableStatePlugin {
///     nonisolated let serviceName = "counter"
///     private var count = 0
///     func initialize(_ context: CoreContext) async throws {}
///     func saveState() -> Int? { count }
///     func restoreState(_ count: Int) { self.count = count }
/// }
/// ```
///
/// A state that the new version can't decode keeps the old version in service: decode leniently, or give what is new
/// in it a default.
public protocol CodableStatePlugin: StatefulPlugin {
    associatedtype SavedState: Codable & Sendable

    /// `nil`: nothing to keep.
    nonisolated(nonsending) func saveState() async throws -> SavedState?

    nonisolated(nonsending) func restoreState(_ state: SavedState) async throws
}

extension CodableStatePlugin {
    public nonisolated(nonsending) func serializeState() async throws -> [UInt8]? {
        guard let state = try await saveState() else { return nil }
        return try JSONCoding.encode(state)
    }

    public nonisolated(nonsending) func restoreState(_ state: [UInt8]) async throws {
        try await restoreState(try JSONCoding.decode(SavedState.self, from: state))
    }
}
