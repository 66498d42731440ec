/// Who needs whom among plugins, by their names.
struct DependencyGraph: Sendable, Hashable {
    /// Names that stand for no node are ignored.
    private let needs: [String: Set<String>]

    init(_ needs: [String: Set<String>]) {
        self.needs = needs.mapValues { $0.filter { needs[$0] != nil } }
    }

    /// The names with all that they need ahead of them, else in the order given; and those that need each other in a
    /// circle, or need one of a circle.
    func ordered(_ names: [String]) -> (order: [String], stuck: [String]) {
        var rest = names
        var waiting = Set(names)
        var order: [String] = []
        while let next = rest.firstIndex(where: { (needs[$0] ?? []).isDisjoint(with: waiting) }) {
            let name = rest.remove(at: next)
            waiting.remove(name)
            order.append(name)
        }
        return (order, rest)
    }

    /// The names and all that need one of them, directly or not.
    func dependents(of names: Set<String>) -> Set<String> {
        reach(names) { name in needs.compactMap { $0.value.contains(name) ? $0.key : nil } }
    }

    /// The names and all that they need, directly or not.
    func requirements(of names: Set<String>) -> Set<String> {
        reach(names) { name in needs[name] ?? [] }
    }

    /// Of these, groups that have no edges between them; each in the order given.
    func components(of names: [String]) -> [[String]] {
        let members = Set(names)
        var seen: Set<String> = []
        var groups: [[String]] = []
        for name in names where !seen.contains(name) {
            let group = reach([name]) { one in
                members.filter { needs[one]?.contains($0) == true || needs[$0]?.contains(one) == true }
            }
            seen.formUnion(group)
            groups.append(names.filter { group.contains($0) })
        }
        return groups
    }

    private func reach(_ start: Set<String>, _ next: (String) -> some Sequence<String>) -> Set<String> {
        var found = start
        var unvisited = Array(start)
        while let name = unvisited.popLast() {
            for other in next(name) where found.insert(other).inserted { unvisited.append(other) }
        }
        return found
    }
}
