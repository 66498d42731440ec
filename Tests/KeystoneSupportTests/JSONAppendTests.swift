import KeystoneSupport
import TestSupport
import Testing

@Suite struct JSONAppendTests {
    private func append(_ text: String, _ element: JSONValue = ["n": 1], to key: String = "list") throws -> String {
        String(decoding: try JSONDocument(Array(text.utf8)).appending(element, toArray: key), as: UTF8.self)
    }

    @Test(arguments: [
        // No array yet.
        (#"{}"#, "{\n  \"list\": [\n    { \"n\": 1 }\n  ]\n}"),
        (#"{"a": 1}"#, #"{"a": 1, "list": [{ "n": 1 }]}"#),
        (#"{ "a": 1 }"#, #"{ "a": 1, "list": [{ "n": 1 }] }"#),
        (#"{ "a": 1, }"#, #"{ "a": 1, "list": [{ "n": 1 }], }"#),
        ("{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"list\": [\n    { \"n\": 1 }\n  ]\n}\n"),
        ("{\n\t\"a\": 1, // one\n}", "{\n\t\"a\": 1, // one\n\t\"list\": [\n\t\t{ \"n\": 1 }\n\t],\n}"),
        ("{\n  // only this\n}", "{\n  // only this\n  \"list\": [\n    { \"n\": 1 }\n  ]\n}"),
        ("{ /* a */ }", "{ /* a */ \"list\": [\n    { \"n\": 1 }\n  ] }"),
        // An empty one.
        (#"{"list":[]}"#, #"{"list":[{ "n": 1 }]}"#),
        ("{\n  \"list\": []\n}", "{\n  \"list\": [\n    { \"n\": 1 }\n  ]\n}"),
        ("{\n  \"list\": [  ], \"b\": 2\n}", "{\n  \"list\": [\n    { \"n\": 1 }\n  ], \"b\": 2\n}"),
        ("{\n  \"list\": [\n  ]\n}", "{\n  \"list\": [\n    { \"n\": 1 }\n  ]\n}"),
        ("{\n  \"list\": [ // none\n  ]\n}", "{\n  \"list\": [ // none\n    { \"n\": 1 }\n  ]\n}"),
        ("{\n  \"list\": [ /* none */ ]\n}", "{\n  \"list\": [ /* none */ { \"n\": 1 } ]\n}"),
        // Elements on one line.
        (#"{"list": [0]}"#, #"{"list": [0, { "n": 1 }]}"#),
        (#"{"list": [0,]}"#, #"{"list": [0, { "n": 1 },]}"#),
        (#"{"list": [ 0 ]}"#, #"{"list": [ 0, { "n": 1 } ]}"#),
        (#"{"list": [0 /* zero */]}"#, #"{"list": [0, /* zero */ { "n": 1 }]}"#),
        (#"{"list": ["]", "//"]}"#, #"{"list": ["]", "//", { "n": 1 }]}"#),
        (#"{"list": ["/*"/*]*/,/*,*/]}"#, #"{"list": ["/*"/*]*/,/*,*/ { "n": 1 },]}"#),
        // Each on a line of its own.
        ("{\n \"list\": [\n   0\n ]\n}", "{\n \"list\": [\n   0,\n   { \"n\": 1 }\n ]\n}"),
        ("{\n \"list\": [\n   0,\n ]\n}", "{\n \"list\": [\n   0,\n   { \"n\": 1 },\n ]\n}"),
        ("{\n \"list\": [\n   0 // z ]\n ]\n}", "{\n \"list\": [\n   0, // z ]\n   { \"n\": 1 }\n ]\n}"),
        ("{\n\"list\": [\n 0 // z\n , // y\n ]\n}", "{\n\"list\": [\n 0 // z\n , // y\n { \"n\": 1 },\n ]\n}"),
        (
            "{\n \"list\": [\n   0 /* a\n   b */ // c\n   // d\n ]\n}",
            "{\n \"list\": [\n   0, /* a\n   b */ // c\n   { \"n\": 1 }\n   // d\n ]\n}"
        ),
        ("{\n  \"list\": [0\n  ]\n}", "{\n  \"list\": [0,\n    { \"n\": 1 }\n  ]\n}"),
        ("{\n  \"list\": [\n    0 ]\n}", "{\n  \"list\": [\n    0, { \"n\": 1 } ]\n}"),
        // Line ends, a byte order mark, comments around it all.
        ("{\r\n  \"list\": [\r\n    0\r\n  ]\r\n}", "{\r\n  \"list\": [\r\n    0,\r\n    { \"n\": 1 }\r\n  ]\r\n}"),
        ("{\r  \"list\": [\r    0\r  ]\r}", "{\r  \"list\": [\r    0,\r    { \"n\": 1 }\r  ]\r}"),
        ("\u{FEFF}{\"list\": [0]} // }", "\u{FEFF}{\"list\": [0, { \"n\": 1 }]} // }"),
        ("/* { */ {\n  \"list\": [0]\n}", "/* { */ {\n  \"list\": [0, { \"n\": 1 }]\n}"),
        // Only the root's key counts.
        (#"{"a": {"list": [5]}}"#, #"{"a": {"list": [5]}, "list": [{ "n": 1 }]}"#),
    ])
    func whatIsThereStays(before: String, after: String) throws {
        #expect(try append(before) == after)
    }

    @Test func theElementIsEscaped() throws {
        let value: JSONValue = ["name": "a \"b\" \\ \n", "list": [1, "x", []], "empty": [:]]
        let expected = #"{"list": [{ "name": "a \"b\" \\ \n", "list": [1, "x", []], "empty": {} }]}"#
        #expect(try append(#"{"list": []}"#, value) == expected)
        #expect(try append(#"{"a": 1}"#, 1, to: "a \"quoted\" key") == #"{"a": 1, "a \"quoted\" key": [1]}"#)
    }

    @Test(arguments: [
        (#"[]"#, "line 1, column 1: expected an object in braces"), (#"null"#, "expected an object"),
        (#"{"list": {}}"#, #"line 1, column 10: "list" is no array"#), (#"{"list": null}"#, "is no array"),
        (#"{"list": [], "list": []}"#, #"line 1, column 14: the key "list" appears twice"#),
        (#"{"list": [], "l\u0069st": []}"#, "appears twice"),
    ])
    func whatCanNotBeChangedIsRefused(text: String, message: String) throws {
        let error = #expect(throws: JSONEditError.self) { try append(text) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test(arguments: ["", " \n", "// nothing", "{", #"{"list": [}"#, #"{"list": [0 1]}"#, "{} {}"])
    func whatIsNoJSONIsNoDocument(text: String) {
        #expect(throws: JSONSyntaxError.self) { try append(text) }
    }

    @Test func aFileAtTheLimitDoesNotGrowBeyondIt() throws {
        let text = #"{"list": []}"# + String(repeating: " ", count: JSONOptions.config.maximumSize - 12)
        #expect(throws: JSONEditError.self) { try append(text) }
    }

    /// Random texts with comments and spaces wherever they may stand: the result says what it should, and all that was
    /// there is still there in its order but for the space within an empty array.
    @Test(arguments: 0..<400 as Range<UInt64>)
    func randomTexts(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let text = random.document()
        let before = try JSONDocument(Array(text.utf8))
        let after = try JSONDocument(before.appending(["n": 1], toArray: "list"))
        var expected = try #require(before.root.value.object)
        expected["list"] = .array((expected["list"]?.array ?? []) + [["n": 1]])
        #expect(after.root.value == .object(expected), "seed \(seed): \(text)")
        var rest = try before.appending(["n": 1], toArray: "list")[...]
        for byte in text.utf8 where ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
            let index = try #require(rest.firstIndex(of: byte), "seed \(seed): \(text)")
            rest = rest[(index + 1)...]
        }
    }
}

extension SeededGenerator {
    fileprivate mutating func document() -> String {
        var members = (0..<number(0...3)).map { "\"k\($0)\"\(gap()):\(gap())\(value(2))" }
        if chance(0.7) { members.insert("\"list\"\(gap()):\(gap())\(array(2))", at: number(0...members.count)) }
        return gap() + "{" + separated(members) + "}" + gap()
    }

    private mutating func value(_ depth: Int) -> String {
        switch number(0...(depth > 0 ? 3 : 1)) {
        case 0: ["0", "-1.5e3", "true", "null"][number(0...3)]
        case 1: [#""""#, #""a]}""#, #""//,""#, #""\"/*""#, #""é*/""#][number(0...4)]
        case 2: array(depth - 1)
        default: "{" + separated((0..<number(0...2)).map { "\"m\($0)\":\(value(depth - 1))" }) + "}"
        }
    }

    private mutating func array(_ depth: Int) -> String {
        "[" + separated((0..<number(0...3)).map { _ in value(depth) }) + "]"
    }

    private mutating func separated(_ elements: [String]) -> String {
        var text = gap()
        for (index, element) in elements.enumerated() {
            text += element + gap()
            if index + 1 < elements.count || chance(0.3) { text += "," + gap() }
        }
        return text
    }

    private mutating func gap() -> String {
        let pieces = [
            " ", "\n", "\r\n", "\r", "\t", "    ", "/**/", "/* ,]} */", "/* a\n b */", "// c ] \n", "//\r\n", "/*\"*/",
            "/*/*/",
        ]
        return (0..<number(0...3)).map { _ in pieces[number(0...pieces.count - 1)] }.joined()
    }
}
