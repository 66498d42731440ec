internal import KeystoneCore

/// Code that other plugins use. When its library changes, everything that links it is reloaded with it.
public protocol LibraryPlugin: AnyObject {
    @MainActor var libraryName: String { get }

    /// Called once for every version, on the main thread, before the plugins that need it.
    @MainActor func initialize(_ context: CoreContext) throws
}

extension LibraryPlugin {
    @MainActor public func initialize(_ context: CoreContext) throws {}
}
