import KeystoneBuild
import Testing

struct CompilerDiagnosticTests {
    @Test func aMessageHasItsPlaceAndItsLine() throws {
        let found = CompilerDiagnostic.parse(
            """
            /app/plugins/Clock.swift:3:13: error: cannot find 'h' in scope
                    func g() { h(1) }
                               ^
            /app/plugins/Clock.swift:1:1: warning: unused
            line
            ^~~~
            """)
        try #require(found.count == 2)
        #expect(found[0].file == "/app/plugins/Clock.swift")
        #expect(found[0].line == 3 && found[0].column == 13)
        #expect(found[0].severity == .error)
        #expect(found[0].text == "cannot find 'h' in scope")
        #expect(found[0].source == "        func g() { h(1) }")
        #expect(found[0].mark == 19)
        #expect(found[1].severity == .warning)
        #expect(found[1].described(from: "/app") == "plugins/Clock.swift:1:1: warning: unused")
        #expect(found[1].described(from: "/ap") == "/app/plugins/Clock.swift:1:1: warning: unused")
    }

    @Test func whatHasNoPlaceIsAMessageToo() {
        let found = CompilerDiagnostic.parse(
            """
            ld.lld: error: undefined symbol: missing
            >>> referenced by Clock.swift
            clang: error: linker command failed with exit code 1 (use -v to see invocation)
            <unknown>:0: error: no such module
            """)
        #expect(
            found.map(\.description) == [
                "error: undefined symbol: missing",
                "error: linker command failed with exit code 1 (use -v to see invocation)", "error: no such module",
            ])
    }

    @Test(arguments: ["", "\n\n", "no message", "a:b:c", "^", ": error", "x:1:2: error", "x:-1:9: err: y"])
    func otherTextIsNone(text: String) {
        #expect(CompilerDiagnostic.parse(text).isEmpty)
    }

    @Test func aFileMayHaveColonsInItsName() {
        let found = CompilerDiagnostic.parse("/a:1:2/b.swift:7:8: error: x")
        #expect(found.first?.file == "/a:1:2/b.swift" && found.first?.line == 7)
    }

    @Test func aFloodIsBounded() {
        let flood = String(repeating: "/a.swift:1:1: error: x\n", count: 100_000)
        #expect(CompilerDiagnostic.parse(flood).count == 200)
    }
}
