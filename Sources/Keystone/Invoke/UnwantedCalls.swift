/// Calls that were cancelled before they came: a body of many bytes takes longer than the word that nobody waits for its
/// answer. Ids are used once.
struct UnwantedCalls {
    /// Most ids are of calls that came to their end just before, so that not many have to be kept.
    static let maximum = 1024

    private var ids: Set<String> = []
    /// The same, the oldest first, with some that were taken since.
    private var order: [String] = []

    mutating func remember(_ id: String) {
        guard ids.insert(id).inserted else { return }
        order.append(id)
        guard order.count >= 2 * Self.maximum else { return }
        for old in order.prefix(Self.maximum) { ids.remove(old) }
        order.removeFirst(Self.maximum)
    }

    /// Whether the call is one of them; it is forgotten then.
    mutating func take(_ id: String) -> Bool { ids.remove(id) != nil }
}
