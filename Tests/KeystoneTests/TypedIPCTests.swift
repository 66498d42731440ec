import FoundationEssentials
import KeystoneServices
import KeystoneSupport
import Testing

@testable import Keystone

@Suite struct TypedIPCTests {
    private func shown(_ result: CodableType) -> String {
        let types = HandlerTypes([
            .init(channel: "c", reach: .app, signature: HandlerSignature(.nothing, .json(result)))
        ])
        return types.text
    }

    @Test(
        arguments: [
            (Plain.self, "interface Plain {\n  text: string;\n  count: number;\n  ratio: number;\n  isOn: boolean;\n}"),
            (
                Optionals.self,
                """
                interface Optionals {
                  missing?: number | null;
                  list: (number | null)[];
                  map: { [key: string]: number | null };
                  twice?: number | null;
                }
                """
            ),
            (Renamed.self, "interface Renamed {\n  \"the first\": string;\n  second: number;\n}"),
            (Priority.self, #"type Priority = "low" | "HIGH";"#),
            (Level.self, "type Level = 1 | 10;"),
            (Only.self, #"type Only = "it";"#),
            (OpenWord.self, "result: string }"),
            (
                Figure.self,
                #"type Figure = { circle: { radius: number } } | { label: { _0: string; at: Point } } | { nothing: { [key: string]: never } };"#
            ),
            (Foundational.self, "date: number /* Date: seconds since 2001-01-01T00:00:00Z */;"),
            (Foundational.self, "data: string /* Data: base64 */;"),
            (Foundational.self, "price: number /* Decimal */;"),
            (Containers.self, "byWord: { [key: string]: Priority };\n  byNumber: { [key: string]: string };"),
            (Containers.self, "byPriority: (Priority | number)[];\n  range: [number, number];\n  nested: Plain[][];"),
            (Chain.self, "interface Chain {\n  value: number;\n  next?: Chain | null;\n}"),
            (Branch.self, "interface Branch {\n  name: string;\n  branches: Branch[];\n}"),
            (
                Expression.self,
                "type Expression = { number: { _0: number } } | { sum: { _0: Expression; _1: Expression } } "
                    + "| { named: { _0: { [key: string]: Expression } } };"
            ),
            (Folder.self, "interface File {\n  home?: Folder | null;\n  owner: Owner;\n}"),
            (Folder.self, "type Owner = { nobody: { [key: string]: never } } | { folder: { _0: Box } };"),
            (Page<Plain>.self, "interface PagePlain {\n  items: Plain[];\n  next?: string | null;\n}"),
            (Wrapped.self, "interface Wrapped {\n  id: string;\n}"),
            (Both.self, "shop: KeystoneTestsShopItem;\n  stock: KeystoneTestsStockItem;"),
            (Derived.self, "interface Derived {\n  own: string;\n  base: number;\n}"),
            (Nested.self, "interface Nested {\n  outer: { deep: number };\n}"),
        ] as [(CodableType, String)])
    func `types that code themselves`(_ type: CodableType, _ expected: String) {
        let text = shown(type)
        #expect(text.contains(expected), "\(text)")
    }

    @Test(
        arguments: [
            (Defaulted.self, "size?: number | null;"),
            (OldName.self, "name?: string | null;\n  title?: string;"),
            (NumberOrText.self, "number | string | boolean"),
            (OneOrMany.self, "{ text: string; count: number; ratio: number; isOn: boolean } | Plain[]"),
            (Vehicle.self, "kind: Kind;\n  doors?: number;\n  coaches?: string[];"),
            (OwnWords.self, #"type Told = { kind: "a"; value: number };"#),
        ] as [(CodableType, String)])
    func `types that decode by hand`(_ type: CodableType, _ expected: String) {
        let text = shown(type)
        #expect(text.contains(expected), "\(text)")
    }

    @Test(
        arguments: [
            (Guessed.self, "unknown /* Guessed could not be tried out: \"kind\": no such kind */"),
            (Forgiving.self, "unknown /* Forgiving has a coding key, radius, that it does not read */"),
            (RuntimeKeys.self, "unknown /* RuntimeKeys makes its coding keys at run time */"),
            (TwoFaced.self, "unknown /* TwoFaced is encoded otherwise than it is decoded */"),
            ([Guessed].self, "(unknown /* Guessed could not be tried out: \"kind\": no such kind */)[]"),
        ] as [(CodableType, String)])
    func `what can't be known is unknown, and says why`(_ type: CodableType, _ expected: String) {
        let text = shown(type)
        #expect(text.contains("result: \(expected)"), "\(text)")
    }

    private func file(_ entries: [(String, HandlerTypes.Reach, HandlerSignature)]) -> String {
        HandlerTypes(entries.map { .init(channel: $0.0, reach: $0.1, signature: $0.2) }).text
    }

    @Test func `handlers of every form, in the order of their channels`() {
        let text = file([
            ("b", .app, .bytes), ("a", .app, .raw), ("d", .app, HandlerSignature(.nothing, .nothing)),
            ("c", .app, HandlerSignature(.json(Int?.self), .json(JSONValue.self))),
            ("e", .app, HandlerSignature(.json(TwoFaced.self), .json([OneWay].self))),
        ])
        #expect(
            text.contains(
                """
                    "a": { args: unknown; result: unknown };
                    "b": { args: ArrayBuffer | ArrayBufferView; result: ArrayBuffer };
                    "c": { args: number | null | undefined; result: unknown };
                    "d": { args: undefined; result: undefined };
                    "e": { args: TwoFaced; result: (unknown /* OneWay is not Decodable; make it Codable */)[] };
                """), "\(text)")
    }

    @Test func `a channel with several handlers takes what suits all and gives what any gives`() {
        let text = file([
            ("c", .window("b"), HandlerSignature(.json(String.self), .json(String.self))),
            ("c", .app, HandlerSignature(.json(Plain.self), .json(Int.self))),
            ("c", .component("a"), HandlerSignature(.json(Plain.self), .json(Int.self))),
        ])
        #expect(
            text.contains(
                """
                    /** Handled by the app, the windows of a, the windows of b. */
                    "c": { args: (Plain) & (string); result: number | string };
                """), "\(text)")
    }

    @Test func `names that aren't TypeScript's`() {
        struct any: Codable, Sendable { var a: Int }
        struct ArrayBuffer: Codable, Sendable { var b: Int }
        struct Ünïcode🐶: Codable, Sendable { var c: Int }
        let types: [AnyType] = [any.self, ArrayBuffer.self, Ünïcode🐶.self]
        let names = TypeScriptNames(types).names.values.sorted()
        #expect(names == ["ArrayBuffer_", "any_", "Ünïcode"])
        #expect(TypeScriptText.key("a-b") == "\"a-b\"")
        #expect(TypeScriptText.key("0") == "\"0\"")
        #expect(TypeScriptText.comment("a */ b\nc") == "/* a * / b c */")
    }

    @Test func `the text is the same each time`() {
        let make = { self.file([("x", .app, HandlerSignature(.json(Folder.self), .json(Containers.self)))]) }
        #expect(make() == make())
    }
}

private typealias AnyType = Any.Type
typealias CodableType = any (Codable & Sendable).Type
