internal import KeystoneCore
internal import Synchronization

/// Who listens to one event: the app's code and plugins', the latter only while they are in service.
final class Listeners<Body: Sendable>: Sendable {
    struct Listener: Sendable {
        let owner: RegistrationOwner?
        let body: Body

        /// Calls the body as its owner's code.
        func run<Result>(_ call: (Body) throws -> Result) rethrows -> Result {
            guard let owner else { return try call(body) }
            return try RegistrationOwner.$current.withValue(owner) { try call(body) }
        }
    }

    private let listeners = Mutex<[Listener]>([])

    var isEmpty: Bool { listeners.withLock(\.isEmpty) }

    /// Those that hear of the event, in the order in which they were added.
    var active: [Listener] { listeners.withLock { $0.filter(\.owner.isActive) } }

    func add(_ body: Body, owner: RegistrationOwner?) {
        listeners.withLock { $0.append(Listener(owner: owner, body: body)) }
        owner?.held(by: self) { [weak self] in self?.removeAll(of: owner) }
    }

    private func removeAll(of owner: RegistrationOwner?) {
        // Released outside the lock: what listeners hold may come here when it goes.
        let before = listeners.withLock { listeners in
            let before = listeners
            listeners.removeAll { $0.owner === owner }
            return before
        }
        _ = before
    }
}
