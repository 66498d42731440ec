import FoundationEssentials
import KeystoneServices
import KeystoneSupport
import TestSupport
import Testing

@testable import Keystone

/// The TypeScript compiler's word on it: the JSON of values of each type, as it goes to pages, is assignable to the type that
/// was written for it. `.tools/deno` checks it.
@Suite struct TypedIPCProof {
    private static let values: [[any Codable & Sendable]] = [
        [Plain(text: "\"\u{2028}", count: -1, ratio: 1e300, isOn: true)],
        [
            Optionals(missing: nil, list: [nil, 1], map: ["a": nil, "b": 2], twice: .some(nil)),
            Optionals(missing: 1, list: [], map: [:], twice: 3), Optionals(missing: 1, list: [], map: [:], twice: nil),
        ],
        [Renamed(first: "a", second: Int.max)], [Priority.low, Priority.high], [Level.one, Level.ten], [Only.it],
        [OpenWord.other],
        [
            Figure.circle(radius: 0.5), Figure.label("a", at: .init(x: 1, y: nil)),
            Figure.label("a", at: .init(x: 1, y: 2)),
            Figure.nothing,
        ],
        [
            Foundational(
                date: Date(timeIntervalSinceReferenceDate: -1.5), data: Data([0, 255]),
                url: URL(filePath: "/a b"), id: UUID(), price: Decimal(12.5))
        ],
        [
            Containers(
                bytes: [0, 255], set: ["a", "b"], byWord: ["a": .high], byNumber: [1: "a"],
                byPriority: [.low: 1, .high: 2],
                range: 1...2, nested: [[], [Plain(text: "", count: 0, ratio: 0, isOn: false)]])
        ],
        [Chain(1, Chain(2, nil))], [Branch(name: "a", branches: [Branch(name: "b", branches: [])])],
        [Expression.sum(.number(1), .named(["x": .number(2)]))],
        [
            Folder(files: [
                .init(home: nil, owner: .nobody), .init(home: Folder(files: []), owner: .folder(.init(folders: []))),
            ])
        ],
        [Page(items: [Page(items: [1], next: "b")], next: nil)], [Wrapped(id: Identifier(rawValue: "x"))],
        [Both(shop: .init(price: 1), stock: .init(count: 2))], [Derived()],
        [NumberOrText.number(1), NumberOrText.text("a"), NumberOrText.flag(true)],
        [
            OneOrMany.one(Plain(text: "", count: 0, ratio: 0, isOn: false)),
            OneOrMany.many([Plain(text: "", count: 0, ratio: 0, isOn: false)]),
        ],
        [Vehicle.car(doors: 3), Vehicle.train(coaches: ["a"])],
        [UInt64.max, UInt64.min], [Int64.min], [Float(0.1)], [["a": ["b": 1.5]] as [String: [String: Double]]],
        [[1: Level.ten] as [Int: Level]],
        [Int?.none, Int?.some(1)],
        [JSONValue.object(["a": [1, nil, "x"]])],
    ]

    /// Whatever the describer found out about the same types was tried on values of its own: they count too.
    private func samples<Value: Codable>(_ value: Value) -> [String] {
        TypeDescriber().describe(Value.self).samples.compactMap { $0 as? Value }.compactMap(json)
    }

    private func json(_ value: some Encodable) -> String? {
        (try? JSONCoding.encode(value)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func type(_ value: some Codable & Sendable) -> any (Codable & Sendable).Type { Swift.type(of: value) }

    @Test func `the JSON of values is assignable to the types that are written for it`() async throws {
        var entries: [HandlerTypes.Entry] = []
        var constants: [String] = []
        for (index, values) in Self.values.enumerated() {
            let type = type(values[0])
            entries.append(
                .init(channel: "c\(index)", reach: .app, signature: HandlerSignature(.json(type), .json(type))))
            for text in values.compactMap({ json($0) }) + samples(values[0]) {
                for direction in ["args", "result"] {
                    constants.append(
                        "export const v\(constants.count): InvokeHandlers[\"c\(index)\"][\"\(direction)\"] = \(text);")
                }
            }
        }
        #expect(constants.count > 300)
        let found = try await check(HandlerTypes(entries).text, constants)
        #expect(found == "")
    }

    @Test func `JSON that doesn't decode is not assignable`() async throws {
        let wrong: [(any (Codable & Sendable).Type, String)] = [
            (Plain.self, #"{ "text": "a", "count": 1, "ratio": 1 }"#), (Plain.self, "[]"), (Plain.self, "null"),
            (Priority.self, #""high""#), (Level.self, "2"), (Figure.self, #"{ "circle": {} }"#),
            (Figure.self, #"{ "square": {} }"#), (Foundational.self, "{}"), (Containers.self, "{}"),
            (Chain.self, #"{ "value": 1, "next": { "value": "2" } }"#), (Page<Int>.self, #"{ "items": ["a"] }"#),
            (NumberOrText.self, "null"), (OneOrMany.self, "{}"), (Vehicle.self, #"{ "kind": "bicycle" }"#),
            ([String: Int].self, #"{ "a": "b" }"#), (Int.self, "null"),
        ]
        let entries = wrong.enumerated().map { index, wrong in
            HandlerTypes.Entry(
                channel: "c\(index)", reach: .app, signature: HandlerSignature(.json(wrong.0), .nothing))
        }
        for (type, text) in wrong { #expect(throws: (any Error).self) { try JSONCoding.decode(type, from: text.utf8) } }
        let constants = wrong.enumerated().map { index, wrong in
            "// @ts-expect-error\nexport const v\(index): InvokeHandlers[\"c\(index)\"][\"args\"] = \(wrong.1);"
        }
        let found = try await check(HandlerTypes(entries).text, constants)
        #expect(found == "")
    }

    /// What the compiler has against the constants.
    private func check(_ types: String, _ constants: [String]) async throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let directory = try TemporaryDirectory()
        try directory.write("handlers.d.ts", types)
        let imports = "import type { InvokeHandlers } from \"@keystone/sdk/bridge\";\n"
        try directory.write("constants.ts", imports + constants.joined(separator: "\n"))
        let deno = ChildConfiguration(
            executable: root + "/.tools/deno",
            arguments: [
                "check", "--quiet", "--config", root + "/bun/deno.json", directory.path + "/constants.ts",
                directory.path + "/handlers.d.ts",
            ],
            environment: ProcessEnvironment.current.merging(["NO_COLOR": "1"]) { $1 })
        let result = try await ChildProcess.run(deno, timeout: .seconds(120))
        let said = String(decoding: result.output + result.errorOutput, as: UTF8.self)
        return result.status.code == 0 ? "" : "\(said)\n\(types)"
    }
}
