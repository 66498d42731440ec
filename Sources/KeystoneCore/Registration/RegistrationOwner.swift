internal import Synchronization

/// Whose registrations take effect together and go together: one generation of a plugin. What has no owner is the app's
/// own, and stays.
///
/// A place where things are registered keeps them with their owners, and leaves out those whose owner isn't active. So a
/// new generation takes over in one step, and the old one can go after it without a gap.
package final class RegistrationOwner: Sendable {
    package enum Phase: UInt8, Sendable, AtomicRepresentable {
        /// Registers things that are not in effect yet.
        case staged
        case active
        /// Everything is gone; what it registers from now on is dropped.
        case ended
    }

    private struct Duties {
        var activations: [@MainActor @Sendable () -> Void] = []
        var removals: [ObjectIdentifier: @Sendable () -> Void] = [:]
    }

    /// Whose code runs: what it registers in a place that belongs to nobody, a window for example, is this owner's.
    @TaskLocal package static var current: RegistrationOwner?

    /// The plugin's name, which its generations share: a later one's registrations take the places of the older one's.
    package let name: String
    private let state = Atomic<Phase>(.staged)
    private let duties = Mutex(Duties())

    package init(name: String) {
        self.name = name
    }

    package var phase: Phase { state.load(ordering: .acquiring) }

    /// Puts into effect what was registered; what comes from now on is in effect at once.
    @MainActor
    package func activate() {
        let activations = duties.withLock { duties -> [@MainActor @Sendable () -> Void] in
            guard phase == .staged else { return [] }
            state.store(.active, ordering: .releasing)
            defer { duties.activations = [] }
            return duties.activations
        }
        RegistrationOwner.$current.withValue(self) {
            for body in activations { body() }
        }
    }

    /// Withdraws everything.
    @MainActor
    package func end() {
        let removals = duties.withLock { duties -> [@Sendable () -> Void] in
            state.store(.ended, ordering: .releasing)
            defer { duties = Duties() }
            return Array(duties.removals.values)
        }
        for remove in removals { remove() }
    }

    /// Runs something once the owner is active: at once where it is already, never where it has ended.
    @MainActor
    package func whenActive(_ body: @escaping @MainActor @Sendable () -> Void) {
        let isActive = duties.withLock { duties in
            if phase == .staged { duties.activations.append(body) }
            return phase == .active
        }
        if isActive { RegistrationOwner.$current.withValue(self, operation: body) }
    }

    /// A place holds something of this owner: `remove` takes all of it away at the end, or at once after that.
    package func held(by place: AnyObject, remove: @escaping @Sendable () -> Void) {
        held(by: ObjectIdentifier(place), remove: remove)
    }

    /// The same for a place that is no object.
    package func held(by place: ObjectIdentifier, remove: @escaping @Sendable () -> Void) {
        let hasEnded = duties.withLock { duties in
            if phase != .ended { duties.removals[place] = remove }
            return phase == .ended
        }
        if hasEnded { remove() }
    }
}

extension RegistrationOwner? {
    /// In effect: the app's own, or of an active owner.
    package var isActive: Bool { self.map { $0.phase == .active } ?? true }
}
