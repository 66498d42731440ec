import KeystoneSupport
import Testing

/// Reading JSON text: what is JSON, what is not, and what comes out.
@Suite struct JSONParseTests {
    @Test(
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("0", 0), ("-0", -0.0), ("-1", -1),
            ("12", 12),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", 9223372036854775808.0), ("1.5", 1.5), ("1.0", .number(1)),
            ("1e2", .number(100)),
            ("1E+2", .number(100)), ("25e-1", 2.5), ("-0.0", .number(-0.0)), (" \t\r\n1 \t\r\n", 1),
            (#""""#, ""), (#""a""#, "a"), (#""é😀""#, "é😀"), ("\"\u{7F}\"", "\u{7F}"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\0"),
            (#""12345678\n12345678""#, "12345678\n12345678"),
            ("[]", []), ("[ ]", []), ("[1,[2],[[3]]]", [1, [2], [[3]]]), ("{}", [:]),
            (#"{"a":1,"b":{"c":[true,null]}}"#, ["a": 1, "b": ["c": [true, nil]]]),
            (#"{"":0}"#, ["": 0]), (#"{"a":1,"a":2}"#, ["a": 2]),
        ] as [(String, JSONValue)])
    func acceptsJSON(text: String, value: JSONValue) throws {
        #expect(try JSONValue.parse(text) == value)
        // Everything that strict reading accepts, relaxed reading accepts with the same result.
        #expect(try JSONDocument(Array(text.utf8)).root.value == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-Infinity", "undefined", "+1", "-", "01",
        "-01", "1.", ".5",
        "1.e2", "1e", "1e+", "0x10", "1_000", "1 2", "1e999", "-1e999", "--1", "1a", "[", "]", "[1",
        "[1,", "[1 2]", "[,1]", "[1,,2]",
        "[,]", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\" 1}", "{a:1}", "{'a':1}",
        "{1:1}", "{\"a\":}",
        "{,}", "{\"a\":1,,\"b\":2}", "{\"a\":1 \"b\":2}", "{\"a\"::1}", "[1}", "{\"a\":1]", "[]]",
        "{}}", "'a'", "\"", "\"a", "\"\\\"",
        "\"\\", "\"\\x\"", "\"\\u\"", "\"\\u12\"", "\"\\u123g\"", "\"\\U0041\"", "\"a\nb\"", "\"\t\"",
        "\"12345678\u{1}\"",
        "[\"a\",\n4\n,1,", "{\"a\":\"b\"}#", "/", "/*", "/* *", "[1/]", "\u{a0}1", "\u{2060}1", "\0",
        "1\0", "\u{c}1", "*", "é", "[\"a\"é]",
    ])
    func refusesOtherText(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(text) }
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(Array(text.utf8)) }
    }

    @Test(arguments: [
        "[1,]", "{\"a\":1,}", "// c\n1", "1 /* c */", "/**/1", "1//", "\u{FEFF}1",
        "[1/* */,/* */2//\n]",
    ])
    func onlyRelaxedReadingAllowsCommentsTrailingCommasAndMark(text: String) throws {
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(text) }
        #expect(throws: Never.self) { try JSONValue.parse(text, options: .config) }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22],
            [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0x80, 0x22], [0xFF],
            [0xFF, 0xFE, 0x31, 0x00],
        ] as [[UInt8]])
    func refusesInvalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(bytes) }
    }

    @Test(arguments: [
        #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#, #""\ud800\n""#,
        #""\udc00\ud800""#,
    ])
    func loneSurrogatesAreReplacedOnTheWireAndRefusedInConfig(text: String) throws {
        #expect(try #require(try JSONValue.parse(text).string).unicodeScalars.contains("\u{FFFD}"))
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(text, options: .config) }
    }

    @Test func aReplacedHalfDoesNotSwallowWhatFollows() throws {
        #expect(try JSONValue.parse(#""\ud800\ud83d\ude00""#) == "\u{FFFD}😀")
        #expect(try JSONValue.parse(#""\ud800\u0041""#) == "\u{FFFD}A")
    }

    @Test func duplicateKeysAreRefusedOnRequest() {
        #expect(
            throws: JSONSyntaxError(line: 2, column: 2, offset: 9, message: "the key \"a\" appears twice")
        ) {
            try JSONValue.parse("{\"a\":1,\n \"a\":2}", options: .config)
        }
    }

    @Test func errorsTellThePlace() throws {
        let error = try #require(throws: JSONSyntaxError.self) {
            try JSONValue.parse("{\r\n  \"é\": [1,\r  tru]}")
        }
        #expect(error.line == 3)
        #expect(error.column == 3)
        #expect(error.message == "expected a value, found \"tru\"")
        #expect(error.description == "line 3, column 3: expected a value, found \"tru\"")
    }

    @Test func unclosedThingsAreReportedWhereTheyOpen() throws {
        let array = try #require(throws: JSONSyntaxError.self) {
            try JSONValue.parse("{\"a\":\n [1, 2")
        }
        #expect(array.description == "line 2, column 2: this array is never closed")
        let string = try #require(throws: JSONSyntaxError.self) { try JSONValue.parse("[\n\n \"abc") }
        #expect(string.description == "line 3, column 2: this string is never closed")
    }

    @Test func sizeAndDepthAreLimited() throws {
        var options = JSONOptions.wire
        options.maximumSize = 4
        #expect(throws: Never.self) { try JSONValue.parse("1234", options: options) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse("12345", options: options) }

        let levels = 512
        let deepest = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        #expect(throws: Never.self) { try JSONValue.parse(deepest) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse("[\(deepest)]") }
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func aMillionLevelsAreAnError(opening: String) {
        let text = String(repeating: opening, count: 1_000_000)
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(text) }
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(Array(text.utf8)) }
    }

    @Test func largeObjectsKeepTheLastOfEqualKeys() throws {
        let members = (0..<100).map { "\"k\($0 % 50)\":\($0)" }.joined(separator: ",")
        let object = try #require(try JSONValue.parse("{\(members)}").object)
        #expect(object.count == 50)
        #expect(object.keys == (0..<50).map { "k\($0)" })
        #expect(object["k7"] == 57)
    }
}
