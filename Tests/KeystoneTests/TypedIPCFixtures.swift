import FoundationEssentials
import Keystone

// Types of every form that handlers may take and answer.

struct Plain: Codable, Sendable, Equatable {
    var text: String
    var count: Int
    var ratio: Double
    var isOn: Bool
}

struct Optionals: Codable, Sendable {
    var missing: Int?
    var list: [Int?]
    var map: [String: Int?]
    var twice: Int??
}

struct Renamed: Codable, Sendable {
    var first: String
    var second: Int
    enum CodingKeys: String, CodingKey {
        case first = "the first"
        case second
    }
}

enum Priority: String, Codable, Sendable { case low, high = "HIGH" }
enum Level: Int, Codable, Sendable { case one = 1, ten = 10 }
enum Only: String, Codable, Sendable { case it }
enum OpenWord: String, Codable, Sendable {
    case known, other
    init(from decoder: any Decoder) throws {
        self = OpenWord(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .other
    }
}

enum Figure: Codable, Sendable {
    case circle(radius: Double)
    case label(String, at: Point)
    case nothing
    struct Point: Codable, Sendable { var x: Int, y: Int? }
}

struct Foundational: Codable, Sendable {
    var date: Date
    var data: Data
    var url: URL
    var id: UUID
    var price: Decimal
}

struct Containers: Codable, Sendable {
    var bytes: [UInt8]
    var set: Set<String>
    var byWord: [String: Priority]
    var byNumber: [Int: String]
    var byPriority: [Priority: Int]
    var range: ClosedRange<Int>
    var nested: [[Plain]]
}

final class Chain: Codable, Sendable {
    let value: Int
    let next: Chain?
    init(_ value: Int, _ next: Chain?) { (self.value, self.next) = (value, next) }
}

struct Branch: Codable, Sendable {
    var name: String
    var branches: [Branch]
}

indirect enum Expression: Codable, Sendable {
    case number(Double)
    case sum(Expression, Expression)
    case named([String: Expression])
}

/// Two types that hold each other, one of them with no way round.
struct Folder: Codable, Sendable {
    var files: [File]
    struct File: Codable, Sendable {
        var home: Folder?
        var owner: Owner
    }
    enum Owner: Codable, Sendable {
        case nobody
        case folder(Box)
        struct Box: Codable, Sendable { var folders: [Folder] }
    }
}

struct Page<Element: Codable & Sendable>: Codable, Sendable {
    var items: [Element]
    var next: String?
}

struct Identifier: RawRepresentable, Codable, Sendable, Hashable { var rawValue: String }
struct Wrapped: Codable, Sendable { var id: Identifier }

enum Shop { struct Item: Codable, Sendable { var price: Int } }
enum Stock { struct Item: Codable, Sendable { var count: Int } }
struct Both: Codable, Sendable { var shop: Shop.Item, stock: Stock.Item }

class Base: Codable { var base = 1 }
final class Derived: Base, @unchecked Sendable {
    var own = "a"
    override init() { super.init() }
    private enum CodingKeys: String, CodingKey { case own }
    required init(from decoder: any Decoder) throws {
        own = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .own)
        try super.init(from: decoder)
    }
    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(own, forKey: .own)
        try super.encode(to: encoder)
    }
}

// MARK: Types that decode by hand

struct Defaulted: Codable, Sendable {
    var size: Int
    enum CodingKeys: CodingKey { case size }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        size = try container.decodeIfPresent(Int.self, forKey: .size) ?? 12
    }
}

struct OldName: Codable, Sendable {
    var name: String
    enum CodingKeys: CodingKey { case name, title }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name =
            try container.decodeIfPresent(String.self, forKey: .name) ?? container.decode(String.self, forKey: .title)
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
    }
}

enum NumberOrText: Codable, Sendable {
    case number(Int), text(String), flag(Bool)
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .flag(try container.decode(Bool.self))
        }
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .flag(let flag): try container.encode(flag)
        }
    }
}

enum OneOrMany: Codable, Sendable {
    case one(Plain), many([Plain])
    init(from decoder: any Decoder) throws {
        if let one = try? Plain(from: decoder) { self = .one(one) } else { self = .many(try [Plain](from: decoder)) }
    }
    func encode(to encoder: any Encoder) throws {
        switch self {
        case .one(let one): try one.encode(to: encoder)
        case .many(let many): try many.encode(to: encoder)
        }
    }
}

/// Its members depend on the value of one.
enum Vehicle: Codable, Sendable {
    case car(doors: Int), train(coaches: [String])
    enum Kind: String, Codable { case car, train }
    enum CodingKeys: CodingKey { case kind, doors, coaches }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .car: self = .car(doors: try container.decode(Int.self, forKey: .doors))
        case .train: self = .train(coaches: try container.decode([String].self, forKey: .coaches))
        }
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .car(let doors):
            try container.encode(Kind.car, forKey: .kind)
            try container.encode(doors, forKey: .doors)
        case .train(let coaches):
            try container.encode(Kind.train, forKey: .kind)
            try container.encode(coaches, forKey: .coaches)
        }
    }
}

/// The same with a text that can't be guessed.
struct Guessed: Codable, Sendable {
    var radius: Double?
    enum CodingKeys: CodingKey { case kind, radius, side }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .kind) {
        case "circle": radius = try container.decode(Double.self, forKey: .radius)
        case "square": radius = try container.decode(Double.self, forKey: .side)
        default: throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "no such kind")
        }
    }
    func encode(to encoder: any Encoder) throws {}
}

/// The same again, and forgiving: what is read depends on a text.
struct Forgiving: Codable, Sendable {
    var radius = 0.0
    enum CodingKeys: CodingKey { case kind, radius }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if try container.decode(String.self, forKey: .kind) == "circle" {
            radius = try container.decode(Double.self, forKey: .radius)
        }
    }
    func encode(to encoder: any Encoder) throws {}
}

struct OwnWords: Codable, Sendable {
    var inner: Told
    enum Told: Codable, Sendable, TypeScriptDescribed {
        case a(Int)
        static let typeScript = #"{ kind: "a"; value: number }"#
        static var typeScriptSample: Told? { .a(1) }
        init(from decoder: any Decoder) throws { throw CancellationError() }
        func encode(to encoder: any Encoder) throws { try ["kind": "a"].encode(to: encoder) }
    }
}

struct RuntimeKeys: Codable, Sendable {
    var values: [String: Int] = [:]
    struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys { values[key.stringValue] = try container.decode(Int.self, forKey: key) }
    }
    func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}

/// Encoded otherwise than decoded.
struct TwoFaced: Codable, Sendable {
    var count: Int
    enum CodingKeys: CodingKey { case count }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("\(count)", forKey: .count)
    }
}

struct OneWay: Encodable, Sendable { var count: Int }

struct Nested: Codable, Sendable {
    var deep: Int
    enum CodingKeys: CodingKey { case outer }
    enum Inner: CodingKey { case deep }
    init(from decoder: any Decoder) throws {
        deep = try decoder.container(keyedBy: CodingKeys.self).nestedContainer(keyedBy: Inner.self, forKey: .outer)
            .decode(Int.self, forKey: .deep)
    }
    func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: CodingKeys.self)
        var inner = outer.nestedContainer(keyedBy: Inner.self, forKey: .outer)
        try inner.encode(deep, forKey: .deep)
    }
}
