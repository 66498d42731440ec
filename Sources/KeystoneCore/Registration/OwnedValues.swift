/// What the app and plugins have registered in one place, under one name: the last one in effect counts, and the others
/// wait below it.
package struct OwnedValues<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let owner: RegistrationOwner?
        let value: Value
    }

    private var entries: [Entry] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// The one that counts.
    package var current: Value? {
        while true {
            var staged: [RegistrationOwner] = []
            for entry in entries.reversed() {
                guard let owner = entry.owner else { return entry.value }
                switch owner.phase {
                case .active: return entry.value
                case .staged: staged.append(owner)
                case .ended: break
                }
            }
            // On another thread a new generation may have come into effect after it was seen here, and the older one have
            // ended before it was: then that isn't all there is.
            if staged.allSatisfy({ $0.phase == .staged }) { return nil }
        }
    }

    /// The last one that isn't in effect yet.
    package var staged: Value? {
        entries.last { $0.owner?.phase == .staged }?.value
    }

    package func value(of owner: RegistrationOwner) -> Value? {
        entries.first { $0.owner === owner }?.value
    }

    /// Replaces what the owner had here. A new generation's value goes where the older one's is, so that who comes before
    /// whom doesn't change with a reload.
    package mutating func set(_ value: Value, owner: RegistrationOwner?) {
        entries.removeAll { $0.owner === owner }
        let older = owner.flatMap { owner in entries.lastIndex { $0.owner?.name == owner.name } }
        entries.insert(Entry(owner: owner, value: value), at: older.map { $0 + 1 } ?? entries.count)
    }

    package mutating func remove(owner: RegistrationOwner) {
        entries.removeAll { $0.owner === owner }
    }
}
