internal import KeystoneCore

/// A type of native window: what its plugin says of it, and how to make an instance.
@MainActor
struct WindowType {
    let name: String
    let title: String
    let size: Size
    let dependencies: [String]
    /// The plugin's context.
    let context: CoreContext
    let make: @MainActor @Sendable () -> any WindowPlugin
    /// Instances that take over windows when this version comes into service.
    let prepared = PreparedWindows()

    /// Makes an instance to ask, and lets go of it.
    init(context: CoreContext, _ make: @escaping @MainActor @Sendable () -> any WindowPlugin) {
        let instance = RegistrationOwner.$current.withValue(context.owner) { make() }
        name = instance.windowType
        title = instance.windowTitle
        size = instance.defaultSize
        dependencies = instance.dependencies
        self.context = context
        self.make = make
    }

    /// A new instance for a window.
    func instance(for windowID: String) -> any WindowPlugin {
        RegistrationOwner.$current.withValue(context.owner) {
            let instance = make()
            instance.windowID = windowID
            return instance
        }
    }

    func initialize(_ instance: any WindowPlugin) throws {
        try RegistrationOwner.$current.withValue(context.owner) { try instance.initialize(context) }
    }
}

/// By the windows' ids.
@MainActor
final class PreparedWindows {
    var instances: [String: any WindowPlugin] = [:]
}

/// The app's types of native windows.
@MainActor
final class WindowPlugins {
    private var types: [String: OwnedValues<WindowType>] = [:]
    /// Called when there is a new type, or a new version of one, in service.
    var onAdded: (@MainActor (WindowType) -> Void)?

    /// The type in service.
    func type(named name: String) -> WindowType? { types[name]?.current }

    /// An owner's type, in service or not.
    func type(named name: String, of owner: RegistrationOwner) -> WindowType? { types[name]?.value(of: owner) }

    func add(_ type: WindowType, owner: RegistrationOwner?) {
        types[type.name, default: OwnedValues()].set(type, owner: owner)
        guard let owner else { return onAdded?(type) ?? () }
        owner.whenActive { [weak self] in self?.onAdded?(type) }
        owner.held(by: self) { [weak self] in
            Task { @MainActor in self?.removeAll(of: owner) }
        }
    }

    private func removeAll(of owner: RegistrationOwner) {
        for name in types.keys {
            types[name]?.remove(owner: owner)
            if types[name]?.isEmpty == true { types[name] = nil }
        }
    }
}
