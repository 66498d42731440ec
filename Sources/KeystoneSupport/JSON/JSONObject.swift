/// The members of a JSON object in the order in which they were written.
///
/// Two objects are equal when they hold the same members in any order. Look-up is a linear search in small objects and
/// a hash look-up in large ones.
public struct JSONObject: Sendable {
  /// In order, each key once.
  public private(set) var keys: [String] = []
  /// In the order of `keys`.
  public private(set) var values: [JSONValue] = []
  /// Positions by key; only kept above `linearSearchLimit` members.
  private var positions: [String: Int] = [:]

  private static let linearSearchLimit = 8

  public init() {}

  /// The last of several equal keys wins, at the place of the first.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    for (key, value) in members { self[key] = value }
  }

  public var count: Int { keys.count }
  public var isEmpty: Bool { keys.isEmpty }

  /// Assigning `nil` removes the member.
  public subscript(key: String) -> JSONValue? {
    get { position(of: key).map { values[$0] } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): values[position] = value
      case (let position?, nil): remove(at: position)
      case (nil, let value?): append(key, value)
      case (nil, nil): break
      }
    }
  }

  private func position(of key: String) -> Int? {
    keys.count > Self.linearSearchLimit ? positions[key] : keys.firstIndex(of: key)
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    keys.append(key)
    values.append(value)
    if keys.count == Self.linearSearchLimit + 1 {
      indexAll()
    } else if keys.count > Self.linearSearchLimit {
      positions[key] = keys.count - 1
    }
  }

  private mutating func remove(at position: Int) {
    keys.remove(at: position)
    values.remove(at: position)
    indexAll()
  }

  private mutating func indexAll() {
    positions.removeAll(keepingCapacity: true)
    guard keys.count > Self.linearSearchLimit else { return }
    for (position, key) in keys.enumerated() { positions[key] = position }
  }
}

extension JSONObject: Sequence {
  public func makeIterator() -> Zip2Sequence<[String], [JSONValue]>.Iterator {
    zip(keys, values).makeIterator()
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
