/// What the loader needs of the program around it: it maps libraries and decides the order; what a plugin *is*, only the
/// program knows.
@MainActor
package protocol PluginHosting: AnyObject {
    /// Makes the plugins of an image; nothing of them runs yet, and an older generation is still in service. Throws
    /// `PluginError`, for example for a second core or a second service of one name.
    func makeGeneration(of image: PluginImage) throws -> any PluginGeneration
}

/// The plugins of one generation of one library.
///
/// The loader goes through its life in this order: `start` (older generation: `saveState` and `stop` before that),
/// `activate` in the same turn in which the older one is `retire`d. A generation whose successor fails to start is
/// `start`ed again with the state it saved, and `activate`d; one that was stopped may still have calls under way. One whose
/// `start` threw, or whose successors in a cascade did, is `stop`ped and `retire`d without ever having been activated.
@MainActor
package protocol PluginGeneration: AnyObject {
    var image: PluginImage { get }

    /// False for a library with the app's core: a changed one asks for a restart of the app.
    var isReloadable: Bool { get }

    /// The state of every stateful plugin in it, by the plugin's name. Asked before `stop`.
    func saveState() async -> PluginState

    /// Gives the plugins their state, then initialises them. What they register is not in effect yet. Throws what a
    /// plugin threw.
    func start(_ state: PluginState) async throws

    /// What the plugins registered takes effect, in the place of what an older generation of the library registered.
    func activate()

    /// Shuts the plugins down that were initialised. What they registered stays in effect until `retire`.
    func stop() async

    /// What they registered is gone, but for what a newer generation has put in its place by then, and nothing of the program holds them any more. Answers objects that ought to go
    /// away now, with their names for the report.
    func retire() -> [(name: String, object: WeakObject)]
}

/// Saved states by the plugins' names.
package typealias PluginState = [String: [UInt8]]

/// Watches an object without holding it.
package struct WeakObject {
    package weak var object: AnyObject?

    package init(_ object: AnyObject) {
        self.object = object
    }
}
