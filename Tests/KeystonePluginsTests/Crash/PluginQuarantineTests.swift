import Glibc
import KeystoneSigning
import KeystoneSupport
import TestSupport
import Testing

@testable import KeystonePlugins

/// What reports of earlier runs lead to.
@Suite struct PluginQuarantineTests {
    let app: TrustHarness
    let crashes: String

    init() throws {
        app = try TrustHarness()
        crashes = app.directory.path + "/state/crashes"
        try app.write(app.file())
    }

    private func line(
        _ plugin: String = "A", content: [UInt8]? = nil, time: Int = 1_700_000_000, changing: (String, JSONValue)? = nil
    ) -> String {
        var object = JSONObject([
            ("keystoneCrash", 1), ("framework", "0.1.0"), ("app", "a.b"), ("plugin", .string(plugin)),
            ("generation", 2),
            ("library", "/x/libA.so"), ("content", .string("\(ContentHash(of: content ?? app.content))")),
            ("signal", "SIGSEGV"), ("code", 1), ("time", JSONValue(time)), ("offset", "0x10"),
        ])
        if let (key, value) = changing { object[key] = value }
        return "\(JSONValue.object(object))\n"
    }

    private func report(_ text: String, as name: String = "1700000000-1.crash") throws {
        try app.directory.write("state/crashes/\(name)", text)
    }

    private func quarantine() -> PluginQuarantine { PluginQuarantine(directory: crashes) }

    private func refusal(_ name: String = "A", by quarantine: PluginQuarantine) throws -> PluginError? {
        quarantine.refusal(of: try app.trust().check(app.file(name)))
    }

    @Test func `Without reports nothing is left out`() throws {
        #expect(try refusal(by: quarantine()) == nil)
        #expect(quarantine().names.isEmpty)
    }

    @Test func `The very library that crashed is left out, and the message says how to try it again`() throws {
        try report(line())
        let error = try #require(try refusal(by: quarantine()))
        #expect(error.code == .crashedBefore)
        #expect(error.message.contains("SIGSEGV at 2023-11-14T22:13:20.000Z, generation 2, at 0x10"))
        #expect(error.message.contains("keystone run --retry-plugins, or the action \"plugin:retry:A\""))
        #expect(error.message.contains(crashes + "/1700000000-1.crash"))
    }

    @Test func `A changed library, and others of the same content, are not`() throws {
        try report(line())
        try app.write(app.file("B"))
        #expect(try refusal("B", by: quarantine()) == nil)
        try app.write(app.file(), app.content + [0])
        #expect(try refusal(by: quarantine()) == nil)
        try app.write(app.file())
        #expect(try refusal(by: quarantine()) != nil)
    }

    @Test func `Who is forgiven is loaded, in this run and in later ones, until it crashes again`() throws {
        try report(line())
        try report(line(), as: "1700000001-1.crash")
        try report(line("B"), as: "1700000002-1.crash")
        let quarantine = quarantine()
        #expect(quarantine.names == ["A", "B"])
        #expect(!quarantine.forgive("C"))
        #expect(quarantine.forgive("A") && !quarantine.forgive("A"))
        #expect(try refusal(by: quarantine) == nil)
        let next = self.quarantine()
        #expect(try refusal(by: next) == nil)
        #expect(next.names == ["B"])
        #expect(next.forgiveAll())
        #expect(self.quarantine().names.isEmpty)
        try report(line(), as: "1700000003-1.crash")
        #expect(try refusal(by: self.quarantine()) != nil)
    }

    @Test func `Only the newest reports stay`() throws {
        for number in 0..<30 { try report(line("P\(number)"), as: "\(1_700_000_000 + number)-1.crash") }
        try report(line(), as: "1600000000-1.crash-forgiven")
        #expect(quarantine().names.count == PluginQuarantine.maximumReports)
        #expect(quarantine().names.contains("P29") && !quarantine().names.contains("P0"))
        #expect(!fileExists(crashes + "/1700000000-1.crash") && !fileExists(crashes + "/1600000000-1.crash-forgiven"))
    }

    @Test func `A report that was cut off behind its first line is enough`() throws {
        try report(line() + #"{"frame":0,"addr"#)
        #expect(try refusal(by: quarantine()) != nil)
    }

    @Test func `What is no report counts for nothing`() throws {
        let good = line()
        for text in [
            "", "\n", "{}", "[]", String(good.dropLast(5)), "x" + good, "\0" + good,
            line(changing: ("keystoneCrash", 2)), line(changing: ("plugin", 7)), line(changing: ("content", "zz")),
            line(changing: ("signal", .string(String(repeating: "x", count: 5000)))), line(changing: ("time", "now")),
            line(changing: ("signal", "SIG\nSEGV")),
            String(repeating: "[", count: 100_000), String(repeating: " ", count: 300_000) + good,
        ] {
            try report(text)
            #expect(try refusal(by: quarantine()) == nil, "\(text.prefix(80))")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `Nothing but files is read`() throws {
        try makeDirectories(crashes + "/1700000000-2.crash")
        mkfifo(crashes + "/1700000000-3.crash", 0o600)
        try app.directory.write("outside", line())
        symlink(app.directory.path + "/outside", crashes + "/1700000000-4.crash")
        try report(line(), as: "no number.crash")
        #expect(quarantine().names.isEmpty)
    }

    @Test func `Strange times and names are told in one line`() throws {
        for time in [Int.max, Int.min, -1, 0] {
            try app.write(app.file("a\nb"))
            try report(line("a\nb", time: time))
            let error = try #require(try refusal("a\nb", by: quarantine()))
            #expect(!error.message.contains("\n"))
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>) func `Damaged reports are reports or not, and nothing else`(
        _ seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let whole = line() + #"{"frame":0,"address":"0x1","plugin":"A","symbol":"$s4Boom3RunyyF"}"# + "\n"
        for _ in 0..<20 {
            var bytes = Array(whole.utf8)
            generator.damage(&bytes)
            if let report = try? CrashReport(bytes) { #expect(report.summary.utf8.count < 10_000) }
        }
    }
}
