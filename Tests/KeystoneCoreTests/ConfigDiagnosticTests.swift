import KeystoneCore
import Testing

/// Wrong files and the exact words that people see.
@Suite struct ConfigDiagnosticTests {
    @Test(arguments: [
        ("", "1:1: error: expected a value, found the end of the text"),
        ("{", "1:1: error: this object is never closed"),
        ("[]", "1:1: error: found an empty array, expected an object"),
        ("42", "1:1: error: found 42 (number), expected an object"),
        ("{\"name\": \"A\"\n \"id\": \"a.b\"}", "2:2: error: expected ',' or '}', found '\"'"),
        ("{name: 1}", "1:2: error: expected a key in quotes, found \"name\""),
        ("{\"name\": 'A'}", "1:10: error: expected a value, found '''"),
        ("{\"name\": \"A\", \"id\": \"a.b\"} x", "1:28: error: expected the end of the text, found 'x'"),
        (
            #"{"name": "A", "name": "B", "id": "a.b"}"#, "1:15: error: name: this key appears twice"
        ),
    ])
    func malformedFiles(text: String, message: String) {
        #expect(problems(text) == [message])
    }

    @Test(arguments: [
        (
            #""windows": [{"component": "a", "width": "abc"}]"#,
            #"1:70: error: windows[0].width: found "abc" (string), expected a number greater than 0 and at most 32767"#
        ),
        (
            #""windows": [{"component": "a", "height": 0}]"#,
            "1:71: error: windows[0].height: found 0 (number), expected a number greater than 0 and at most 32767"
        ),
        (
            #""windows": [{"component": "a", "width": 1e300}]"#,
            "1:70: error: windows[0].width: found 1e+300 (number), expected a number greater than 0 and at most 32767"
        ),
        (
            #""windows": [{"component": "a", "titleBarStyle": "native"}]"#,
            #"1:78: error: windows[0].titleBarStyle: found "native" (string), expected "hidden", "toolkit", "toolkit-native" or "none""#
        ),
        (
            #""windows": [{"component": "a", "spawn": 1}]"#,
            "1:70: error: windows[0].spawn: found 1 (number), expected true or false"
        ),
        (
            #""windows": [{"title": "x"}]"#,
            "1:42: error: windows[0].component: missing; expected a non-empty string in one line"
        ),
        (
            #""windows": [{"component": " "}]"#,
            #"1:56: error: windows[0].component: found " " (string), expected a non-empty string in one line"#
        ),
        (
            #""plugins": {"publicKeys": ["ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "k1"]}"#,
            "1:113: error: plugins.publicKeys[1]: found \"k1\" (string), expected a public key as keystone sign --new-key "
                + "prints it: \"ed25519:\" and the base64 of 32 bytes"
        ),
        (#""windows": {}"#, "1:41: error: windows: found an object, expected an array of windows"),
        (#""windows": [null]"#, "1:42: error: windows[0]: found null, expected an object"),
        (
            #""windows": [{"component": "a", "x": 1}]"#,
            "1:66: error: windows[0].x: a position needs both coordinates, and y is missing"
        ),
        (
            #""windows": [{"component": "a", "minWidth": 900}]"#,
            "1:73: error: windows[0].minWidth: 900 is more than the width, 800"
        ),
        (
            #""security": {"network": {"mode": "closed"}}"#,
            #"1:63: error: security.network.mode: found "closed" (string), expected "auto", "open" or "allowlist""#
        ),
        (
            #""security": {"network": {"allowedEndpoints": ["a", ""]}}"#,
            #"1:81: error: security.network.allowedEndpoints[1]: found "" (string), expected a non-empty string in one line"#
        ),
        (#""bun": {"root": ""}"#, "1:46: error: bun.root: must not be empty while bun.enabled is true"),
        (#""bun": true"#, "1:37: error: bun: found true (boolean), expected an object"),
        (#""plugins": {"dir": ""}"#, "1:49: error: plugins.dir: must not be empty while plugins.enabled is true"),
        (
            #""plugins": {"debounceMs": -1}"#,
            "1:56: error: plugins.debounceMs: found -1 (number), expected a whole number, 0 or greater"
        ),
        (
            #""plugins": {"debounceMs": 1.5}"#,
            "1:56: error: plugins.debounceMs: found 1.5 (number), expected a whole number, 0 or greater"
        ),
        (#""scripts": {"dir": ""}"#, "1:49: error: scripts.dir: must not be empty while scripts.enabled is true"),
        (
            #""menus": {"File": [{"title": "New"}]}"#,
            "1:49: error: menus.File[0].action: missing; expected a non-empty string in one line"
        ),
        (
            #""workers": [{"name": "a", "servicesDir": "s"}, {"name": "a", "servicesDir": "t"}], "bun": {}"#,
            "1:86: error: workers[1].name: the name \"a\" is taken by an earlier worker; names must be unique"
        ),
        (
            #""workers": [{"name": "a", "servicesDir": "s", "isExtensionHost": true, "allowedChannels": []}], "bun": {}"#,
            "1:120: error: workers[0].allowedChannels: must not be empty while isExtensionHost is true"
        ),
        (
            #""workers": [{"name": "a", "servicesDir": "s", "env": {"A=B": "1"}}], "bun": {}"#,
            "1:84: error: workers[0].env.A=B: the name of a variable must not be empty or contain '='"
        ),
        (
            #""workers": [{"name": "main", "servicesDir": "s"}], "bun": {}"#,
            "1:51: error: workers[0].name: must be 1 to 64 ASCII letters, digits, '.', '_' and '-', not beginning with "
                + "'.' and not \"main\", which is the main Bun process"
        ),
        (
            #""workers": [{"servicesDir": "a/../../b", "name": "a"}], "bun": {}"#,
            "1:58: error: workers[0].servicesDir: must be a directory inside the bun root: relative, without leaving it "
                + "by '..'"
        ),
        (
            #""workers": [{"allowedChannels": ["a,b"], "name": "a", "servicesDir": "s"}], "bun": {}"#,
            "1:62: error: workers[0].allowedChannels: has \"a,b\"; a prefix must not be empty or hold a comma"
        ),
        (
            #""workers": [{"env": {"KEYSTONE_MODE": "x"}, "name": "a", "servicesDir": "s"}], "bun": {}"#,
            "1:50: error: workers[0].env: sets KEYSTONE_MODE; variables that begin with KEYSTONE_ are the framework's own"
        ),
        (
            #""workers": [{"memoryLimitMiB": 1, "name": "a", "servicesDir": "s"}], "bun": {}"#,
            "1:61: error: workers[0].memoryLimitMiB: must be at least 64: Bun itself needs that much"
        ),
        (
            #""workers": [{"browserAccess": true, "sandbox": true, "name": "a", "servicesDir": "s"}], "bun": {}"#,
            "1:60: warning: workers[0].browserAccess: has no effect: nobody can connect into the sandbox"
        ),
        (
            #""workers": [{"name": "a", "servicesDir": "s"}]"#,
            "1:41: warning: workers: none of them starts: the app has no Bun side (the bun block)"
        ),
        (
            #""processRecovery": {"bunRestartMaxDelayMs": 100}"#,
            "1:74: error: processRecovery.bunRestartMaxDelayMs: bunRestartMaxDelayMs (100) must be at least bunRestartBaseDelayMs (500)"
        ),
        (
            #""processRecovery": {"bunMaxRestarts": -1}"#,
            "1:68: error: processRecovery.bunMaxRestarts: found -1 (number), expected a whole number, 0 or greater"
        ),
        (
            #""build": {"pluginMode": "inside"}"#,
            #"1:54: error: build.pluginMode: found "inside" (string), expected "side-by-side" or "bundled""#
        ),
        (
            #""rendering": "vulkan""#,
            #"1:43: error: rendering: found "vulkan" (string), expected "auto", "gpu" or "software""#
        ),
        (#""windos": []"#, #"1:30: warning: windos: unknown key; did you mean "windows"?"#),
        (#""colour": 1"#, "1:30: warning: colour: unknown key; it is ignored"),
        (
            #""windows": [{"component": "a", "tittle": "x"}]"#,
            #"1:61: warning: windows[0].tittle: unknown key; did you mean "title"?"#
        ),
        (
            #""workers": [{"name": "a", "servicesDir": "s", "isExtensionHost": true}], "bun": {}"#,
            "1:42: warning: workers[0].allowedChannels: without it the extension host may push to no channel"
        ),
        (
            #""security": {"network": {"allowedEndpoints": ["https://a.b/c"]}}"#,
            #"1:75: warning: security.network.allowedEndpoints: "https://a.b/c" matches nothing: write the host alone, as in "api.example.com""#
        ),
    ])
    func wrongValues(text: String, message: String) {
        #expect(problems(with: text) == [message])
    }

    @Test func nameAndIDAreRequired() {
        #expect(
            problems("\n{}") == [
                "2:1: error: name: missing; expected a non-empty string in one line",
                "2:1: error: id: missing; expected \(AppID.rule)",
            ])
    }

    @Test(arguments: [
        "notes", "", "com.", ".com", "com..x", "com.1x", "com.ex ample", "com/example.x", "com.exämple", "a.b\\n",
    ])
    func idsThatAreNotReverseDNSAreErrors(id: String) {
        #expect(problems("{\"name\": \"A\", \"id\": \"\(id)\"}").count == 1)
    }

    @Test(arguments: ["com.example", "com.example.my-app", "org.x_1.Y2", "_a.-b"])
    func idsInReverseDNSAreFine(id: String) {
        #expect(problems("{\"name\": \"A\", \"id\": \"\(id)\"}") == [])
    }

    @Test func allErrorsComeAtOnceInTheFilesOrder() {
        let text = """
            {
              "name": "",
              "windows": [{"width": -1, "hight": 5}, 7],
              "id": "x",
              "bun": {"enabled": "yes"}
            }
            """
        #expect(
            problems(text) == [
                #"2:11: error: name: found "" (string), expected a non-empty string in one line"#,
                "3:15: error: windows[0].component: missing; expected a non-empty string in one line",
                "3:25: error: windows[0].width: found -1 (number), expected a number greater than 0 and at most 32767",
                #"3:29: warning: windows[0].hight: unknown key; did you mean "height"?"#,
                "3:42: error: windows[1]: found 7 (number), expected an object",
                "4:9: error: id: found \"x\" (string), expected \(AppID.rule)",
                #"5:22: error: bun.enabled: found "yes" (string), expected true or false"#,
            ])
    }

    @Test func longValuesAreShortened() {
        let long = String(repeating: "x", count: 5000)
        let message = problems(with: "\"rendering\": \"\(long)\"").first ?? ""
        #expect(message.count < 160)
        #expect(message.contains("xxx…"))
    }

    @Test func aFileCanNotSpeakToTheTerminal() {
        let key = String(repeating: "k", count: 5000)
        for text in [#""\u001b[31m\n": 1"#, #""a\u009b": 1"#, "\"rendering\": \"\u{7F}\u{9B}\"", "\"\(key)\": 1"] {
            let message = problems(with: text).first ?? ""
            #expect(!message.isEmpty && message.count < 200)
            #expect(!message.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
        }
        #expect(problems(with: #""\u001b[31m": 1"#) == [#"1:30: warning: \u{1b}[31m: unknown key; it is ignored"#])
    }

    @Test func aFileFullOfMistakesIsReadQuicklyAndToldShortly() throws {
        let many = [String](repeating: "1", count: 200_000).joined(separator: ",")
        let found = problems(with: #""windows": [\#(many)]"#)
        #expect(found.count == 201)
        #expect(found.last == " error: 199800 more problems are not shown")
        let names = (0..<100_000).map { "\"key\($0)\":0" }.joined(separator: ",")
        #expect(problems(with: names).count == 201)
        let endpoints = [String](repeating: "\"a\"", count: 200_000).joined(separator: ",\n")
        #expect(problems(with: #""security": {"network": {"allowedEndpoints": [\#(endpoints)]}}"#) == [])
    }
}
