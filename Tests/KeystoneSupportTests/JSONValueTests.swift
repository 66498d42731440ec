import KeystoneSupport
import Testing

@Suite struct JSONValueTests {
    @Test func accessorsReadTheirKindOnly() {
        let value: JSONValue = [
            "s": "x", "i": 3, "d": 2.5, "whole": 4.0, "b": true, "n": nil, "a": [1, "two"],
        ]
        #expect(value["s"]?.string == "x")
        #expect(value["i"]?.int == 3)
        #expect(value["i"]?.double == 3)
        #expect(value["d"]?.double == 2.5)
        #expect(value["d"]?.int == nil)
        #expect(value["whole"]?.int == 4)
        #expect(value["b"]?.bool == true)
        #expect(value["b"]?.int == nil)
        #expect(value["n"]?.isNull == true)
        #expect(value["a"]?[1]?.string == "two")
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["missing"] == nil)
        #expect(value["s"]?["x"] == nil)
        #expect(JSONValue.number(1e300).int == nil)
    }

    @Test func objectsKeepTheirOrderAndCompareWithoutIt() throws {
        let one = try JSONValue.parse(#"{"b":1,"a":2,"c":3}"#)
        let other = try JSONValue.parse(#"{"a":2,"c":3,"b":1}"#)
        #expect(one.serializedString() == #"{"b":1,"a":2,"c":3}"#)
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["b": 1, "a": 2, "c": 4])
        #expect(one != ["b": 1, "a": 2])
    }

    @Test(arguments: [3, 8, 9, 40])
    func membersCanBeRemovedAndReplaced(count: Int) {
        var object = JSONObject((0..<count).map { ("k\($0)", JSONValue($0)) })
        object["k1"] = nil
        object["absent"] = nil
        object["k2"] = "new"
        object["more"] = true
        #expect(object.count == count)
        #expect(object["k1"] == nil)
        #expect(object["k2"] == "new")
        #expect(object["more"] == true)
        #expect(object.keys.last == "more")
        #expect(object["k0"] == 0)
    }

    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (-12, "-12"), (1.5, "1.5"), (.number(.infinity), "null"),
            (.number(.nan), "null"), ("", #""""#),
            ("a\"b\\c\n\u{1}\u{1f}\u{8}\u{c}\r\t/é😀", #""a\"b\\c\n\u0001\u001f\b\f\r\t/é😀""#),
            ([], "[]"), ([1, [2, "x"]], #"[1,[2,"x"]]"#), ([:], "{}"),
            (["a\"": ["b": nil]], #"{"a\"":{"b":null}}"#),
        ] as [(JSONValue, String)])
    func serializesCompactly(value: JSONValue, text: String) {
        #expect(value.serializedString() == text)
    }

    @Test func locatedTreesKnowTheirPlaces() throws {
        let text = "// head\n{\n  \"é\": [1,\n    {\"b\": true}],\n  \"é\": 2\n}"
        let document = try JSONDocument(Array(text.utf8))
        guard case .object(let members) = document.root.content,
            case .array(let elements) = members[0].value.content
        else { throw JSONSyntaxError(line: 0, column: 0, offset: 0, message: "unexpected tree") }
        #expect(document.position(of: document.root.offset) == SourcePosition(line: 2, column: 1))
        #expect(document.position(of: members[0].keyOffset) == SourcePosition(line: 3, column: 3))
        #expect(document.position(of: members[0].value.offset) == SourcePosition(line: 3, column: 8))
        #expect(document.position(of: elements[1].offset) == SourcePosition(line: 4, column: 5))
        #expect(members.map(\.key) == ["é", "é"])
        #expect(document.root.value == ["é": 2])
    }
}
