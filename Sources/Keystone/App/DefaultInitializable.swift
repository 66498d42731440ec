/// A type that can be made without being told anything, so that `KeystoneApp.service(_:)` can be given the type alone.
public protocol DefaultInitializable {
    @MainActor init()
}
