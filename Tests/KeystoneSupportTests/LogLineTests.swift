import Testing

@testable import KeystoneSupport

@Suite struct LogLineTests {
    private func line(_ message: String, source: String = "host") -> String {
        let time = LogTime(seconds: 1_772_271_000, milliseconds: 7)
        return String(
            decoding: LogLine.format(time: time, level: .warning, source: source, message: message), as: UTF8.self)
    }

    @Test func hasTimeLevelSourceAndMessage() {
        #expect(line("hello") == "2026-02-28T09:30:00.007Z warning [host] hello\n")
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
        (1_735_689_599, "2024-12-31T23:59:59.000Z"), (-1, "1969-12-31T23:59:59.000Z"),
    ])
    func tellsTheDate(seconds: Int, text: String) {
        var bytes: [UInt8] = []
        LogTime(seconds: seconds, milliseconds: 0).append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test func keepsOneEventOnOneLine() {
        let text = line("a\nb\r\nc\u{2028}d\0e\u{9b}31m", source: "x\ny")
        #expect(text.hasSuffix("[x\\ny] a\\nb\\r\\nc\\u{2028}d\\u{0}e\\u{9b}31m\n"))
        #expect(text.utf8.filter { $0 < 0x20 }.count == 1)
    }

    @Test func indentsFurtherLinesAtATerminal() {
        let bytes = LogLine.format(
            time: LogTime(seconds: 0, milliseconds: 0), level: .error, source: "bun", message: "a\nb\u{1b}[2J\rc",
            style: .terminal(colored: false))
        #expect(String(decoding: bytes, as: UTF8.self) == "1970-01-01T00:00:00.000Z error [bun] a\n    b\\rc\n")
    }

    @Test func dropsTheColoursOfChildren() {
        #expect(line("\u{1b}[1;31mred\u{1b}[0m \u{1b}]0;title\u{07}").hasSuffix("] red \\e]0;title\\u{7}\n"))
        #expect(line("cut\u{1b}[31").hasSuffix("] cut\\e[31\n"))
    }

    @Test func boundsTheLineWithoutSplittingACharacter() {
        let text = line(String(repeating: "ä", count: 20_000))
        #expect(text.utf8.count < LogLine.maximumMessage + 200)
        #expect(text.hasSuffix("bytes more)\n"))
        #expect(!text.contains("\u{fffd}"))
    }
}
