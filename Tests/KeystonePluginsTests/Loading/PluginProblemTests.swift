import Glibc
import KeystoneSigning
import KeystoneSupport
import TestSupport
import Testing

@testable import KeystonePlugins

/// What is told of libraries that are not in service as they lie there.
@Suite(.timeLimit(.minutes(2))) @MainActor
struct PluginProblemTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// In short, as they were told last.
    private final class Told {
        private(set) var problems: [String] = []
        private(set) var last: [PluginProblem] = []
        private(set) var count = 0

        func hear(_ told: [PluginProblem]) {
            last = told
            problems = told.map { "\($0.name) \($0.error.code)\($0.olderInService ? ", older stays" : "")" }
            count += 1
        }
    }

    private func stage(_ change: (inout PluginLoaderOptions) -> Void = { _ in }) -> (LoaderStage, Told) {
        let (stage, told) = (LoaderStage(workshop, change), Told())
        stage.loader.onProblems = { told.hear($0) }
        return (stage, told)
    }

    @Test func oneIsThereUntilTheFileIsMendedOrGone() async throws {
        try workshop.plugin("App", "1")
        try workshop.directory.write("dylib/libBad.so", "half")
        let (stage, told) = stage()
        await stage.start()
        #expect(told.problems == ["Bad notALibrary"])
        try workshop.directory.write("dylib/libApp.so", "half")
        await stage.loader.reload(["App"])
        #expect(told.problems == ["App notALibrary, older stays", "Bad notALibrary"])
        try workshop.plugin("App", "2")
        await stage.loader.reload(["App"])
        #expect(told.problems == ["Bad notALibrary"])
        try #require(unlink(workshop.path("Bad")) == 0)
        await stage.loader.reload(["Bad"])
        #expect(told.problems == [])
        await stage.loader.reload(["App"])
        #expect(told.count == 4, "nothing new is not told")
    }

    @Test func aSecondOneOfTheSameNameIsOne() async throws {
        try workshop.plugin("App", "1")
        try workshop.plugin("App", "2", in: workshop.extensions)
        let (stage, told) = stage()
        await stage.start()
        #expect(told.problems == ["App conflict"])
        #expect(told.last.first?.error.file == workshop.extensions + "/libApp.so")
        try #require(unlink(workshop.extensions + "/libApp.so") == 0)
        await stage.loader.reload(["App"])
        #expect(told.problems == [])
        #expect(stage.host.values == ["App": 1])
    }

    @Test func whatWaitsForOneThatFailedIsOneToo() async throws {
        try workshop.plugin("Base", "1")
        try workshop.plugin("Top", "Base()", needs: ["Base"])
        try workshop.plugin("Side", "Base()", needs: ["Base"])
        let (stage, told) = stage()
        await stage.start()
        stage.host.failing = ["Base": 2]
        try workshop.plugin("Base", "2")
        try workshop.plugin("Top", "Base() + 10", needs: ["Base"])
        await stage.loader.reload(["Base", "Top"])
        #expect(told.problems == ["Base initialization, older stays", "Top heldBack, older stays"])
        #expect(told.last.last?.error.message.contains("together with Base") == true)
        stage.host.failing = [:]
        await stage.loader.reload(["Base"])
        #expect(told.problems == [])
        #expect(stage.host.values == ["Base": 2, "Top": 12, "Side": 2])
    }

    @Test func oneWhoseFileIsGoneWhileOthersNeedItIsNone() async throws {
        try workshop.plugin("Base", "1")
        try workshop.plugin("Top", "Base()", needs: ["Base"])
        let (stage, told) = stage()
        await stage.start()
        try #require(unlink(workshop.path("Base")) == 0)
        await stage.loader.reload(["Base"])
        #expect(told.count == 0)
    }

    @Test func oneThatEndedTheAppCanBeTriedAgainOnce() async throws {
        try workshop.plugin("App", "1")
        let report: JSONObject = [
            "keystoneCrash": 1, "framework": "0.1.0", "app": "a.b", "plugin": "App", "generation": 1,
            "library": .string(workshop.path("App")),
            "content": .string("\(ContentHash(of: try workshop.bytes("App")))"),
            "signal": "SIGILL", "code": 1, "time": 1_700_000_000, "offset": "0x10",
        ]
        try workshop.directory.write("crashes/1-1.crash", "\(JSONValue.object(report))\n")
        let quarantine = PluginQuarantine(directory: workshop.directory.path + "/crashes")
        let (stage, told) = stage { $0.quarantine = quarantine }
        await stage.start()
        #expect(told.problems == ["App crashedBefore"] && told.last.first?.canRetry == true)
        quarantine.forgive("App")
        stage.loader.tellProblems()
        #expect(told.problems == ["App crashedBefore"] && told.last.first?.canRetry == false)
        await stage.loader.reload(["App"])
        #expect(told.problems == [])
        #expect(stage.host.values == ["App": 1])
    }
}
