/// What a type's `init(from:)` asked one decoder for.
final class Recording {
    struct Member {
        var name: String
        var shapes: [TypeShape] = []
        /// For a container within.
        var nested: Recording?
        /// It was asked whether there is such a member, or what was wrong with it did not matter.
        var isOptional = false
        var isNullable = false
    }

    /// The names that a keyed container can have; `nil` where they are made at run time.
    typealias KeySet = [String]?

    /// In the order of the questions.
    private(set) var members: [Member] = []
    var keySets: [KeySet] = []
    /// The one key that was there when all were asked for.
    var selectedKey: String?
    var isUnkeyed = false
    /// The elements' number was asked for.
    var isCounted = false
    var elements: [TypeShape] = []
    /// What the whole was asked to be.
    var values: [TypeShape] = []
    /// Whether the whole, or an element of it, may be `null`.
    var isNullable = false

    /// Nothing of what was asked before counts: it was not to be had, and something else is tried.
    func forget() {
        members = []
        keySets = []
        selectedKey = nil
        isUnkeyed = false
        isCounted = false
        elements = []
        values = []
    }

    func member(_ name: String, _ change: (inout Member) -> Void) {
        if let index = members.firstIndex(where: { $0.name == name }) {
            change(&members[index])
        } else {
            var member = Member(name: name)
            change(&member)
            members.append(member)
        }
    }

    func nested(_ name: String) -> Recording {
        var result = Recording()
        member(name) { member in
            if let nested = member.nested { result = nested } else { member.nested = result }
        }
        return result
    }
}
