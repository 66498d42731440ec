/// The members of a JSON object in the order in which they were written.
///
/// Two objects are equal when they hold the same members in any order. Look-up is a linear search in small objects and
/// a hash look-up in large ones.
public struct JSONObject: Sendable {
    public typealias Member = (key: String, value: JSONValue)

    /// In order, each key once.
    private var members: [Member] = []
    /// Positions by key; only kept above `linearSearchLimit` members.
    private var positions: [String: Int] = [:]

    private static let linearSearchLimit = 8

    public init() {}

    /// The last of several equal keys wins, at the place of the first.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { set(key, value) }
    }

    public var count: Int { members.count }
    public var isEmpty: Bool { members.isEmpty }
    /// In order.
    public var keys: [String] { members.map(\.key) }
    /// In the order of `keys`.
    public var values: [JSONValue] { members.map(\.value) }

    /// Assigning `nil` removes the member.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            if let newValue {
                set(key, newValue)
            } else if let position = position(of: key) {
                members.remove(at: position)
                indexAll()
            }
        }
    }

    /// Replaces the member or appends it.
    mutating func set(_ key: String, _ value: JSONValue) {
        if let position = position(of: key) {
            members[position].value = value
            return
        }
        members.append((key, value))
        if members.count == Self.linearSearchLimit + 1 {
            indexAll()
        } else if members.count > Self.linearSearchLimit {
            positions[key] = members.count - 1
        }
    }

    private func position(of key: String) -> Int? {
        if members.count > Self.linearSearchLimit { return positions[key] }
        return members.firstIndex { $0.key == key }
    }

    private mutating func indexAll() {
        positions.removeAll(keepingCapacity: true)
        guard members.count > Self.linearSearchLimit else { return }
        for (position, member) in members.enumerated() { positions[member.key] = position }
    }
}

extension JSONObject: Sequence {
    public func makeIterator() -> [Member].Iterator {
        members.makeIterator()
    }
}

extension JSONObject: Hashable {
    public static func == (a: JSONObject, b: JSONObject) -> Bool {
        guard a.count == b.count else { return false }
        return a.allSatisfy { key, value in b[key] == value }
    }

    public func hash(into hasher: inout Hasher) {
        // Order must not matter, so the members' own hashes are combined by addition.
        var sum = 0
        for (key, value) in self {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            sum &+= member.finalize()
        }
        hasher.combine(count)
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
