import Glibc
import KeystoneSupport
import TestSupport
import Testing

@testable import KeystonePlugins

@Suite(.timeLimit(.minutes(2))) @MainActor
struct PluginLoadingTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test func whatIsNeededIsMappedAndStartedFirst() async throws {
        try workshop.plugin("Shared", "2")
        try workshop.plugin("App", "10 + Shared()", needs: ["Shared"])
        let stage = LoaderStage(workshop)
        stage.loader.loadAll()
        #expect(stage.host.events.isEmpty, "nothing runs before the start")
        #expect(stage.loader.statuses.map(\.state) == [.loaded, .loaded])
        await stage.loader.startAll()
        #expect(stage.host.events == ["start Shared.1", "activate Shared.1", "start App.1", "activate App.1"])
        #expect(stage.host.values == ["Shared": 2, "App": 12])
        #expect(await stage.nextReport() == "loaded Shared.1")
        #expect(await stage.nextReport() == "loaded App.1")
        let status = try #require(stage.status("App"))
        #expect(status.state == .inService && status.generation == 1 && status.mappedBytes > 0)
    }

    @Test func theCoreAndWhatItNeedsStartAheadOfTheOthers() async throws {
        try workshop.plugin("Early", "1")
        try workshop.plugin("Shared", "2")
        try workshop.plugin("TheCore", "Shared()", needs: ["Shared"])
        let stage = LoaderStage(workshop)
        stage.host.cores = ["TheCore"]
        await stage.start()
        #expect(
            stage.host.events.filter { $0.hasPrefix("start") } == [
                "start Shared.1", "start TheCore.1", "start Early.1",
            ])
    }

    @Test func withoutReloadingFilesAreMappedWhereTheyLie() async throws {
        try workshop.plugin("Shared", "2", flags: ["-Wl,-soname,libShared.so"])
        try workshop.plugin("App", "10 + Shared()", needs: ["Shared"])
        let stage = LoaderStage(workshop, hotReload: false)
        await stage.start()
        #expect(stage.host.values == ["Shared": 2, "App": 12])
        #expect(stage.host.inService["App"]?.image.mappedPath == workshop.path("App"))
        #expect(!fileExists(workshop.shadows))
        stage.loader.fileChanged(workshop.path("App"))
        await stage.loader.reload(["App"])
        #expect(stage.status("App")?.generation == 1)
    }

    @Test func theCodeOfAnImageLiesWhereItSays() async throws {
        try workshop.plugin("App", "1")
        let stage = LoaderStage(workshop)
        await stage.start()
        let image = try #require(stage.host.inService["App"]?.image)
        let maps = String(decoding: try SmallFile.read("/proc/self/maps", limit: 1 << 24), as: UTF8.self)
        let line = try #require(
            maps.split(separator: "\n").first { $0.contains(image.mappedPath) && $0.contains("r-xp") })
        let start = try #require(UInt(line.prefix { $0 != "-" }, radix: 16))
        #expect(image.code.lowerBound >= start && image.code.lowerBound < start + 4096)
    }

    @Test func copiesGoAtTheEnd() async throws {
        try workshop.plugin("App", "1")
        let stage = LoaderStage(workshop)
        await stage.start()
        #expect(try directoryEntries(workshop.shadows).count == 1)
        await stage.loader.stopAll()
        #expect(try directoryEntries(workshop.shadows).isEmpty)
        #expect(stage.host.takeEvents().suffix(2) == ["stop App.1", "retire App.1"])
        #expect(stage.status("App")?.state == .stopped)
    }

    // MARK: What can't be loaded

    @Test func theEndDoesNotWaitForAStartThatHangs() async throws {
        try workshop.plugin("App", "1")
        try workshop.plugin("Broken", "2")
        let stage = LoaderStage(workshop)
        let (released, release) = AsyncStream<Never>.makeStream()
        stage.host.whileStarting = { generation in
            if generation.value == 2 { for await _ in released {} }
        }
        stage.loader.loadAll()
        let start = Task { await stage.loader.startAll() }
        #expect(await stage.nextReport() == "loaded App.1")
        let end = Task { await stage.loader.stopAll() }
        await stage.time.sleeper(until: .seconds(5))
        stage.time.advance(by: .seconds(5))
        await end.value
        #expect(stage.host.takeEvents().suffix(3) == ["start Broken.1", "stop App.1", "retire App.1"])
        release.finish()
        await start.value
        #expect(stage.host.takeEvents() == ["stop Broken.1"])
        #expect(stage.loader.statuses.map(\.state) == [.stopped, .stopped])
    }

    private func error(_ name: String, _ stage: LoaderStage) async -> PluginError? {
        await stage.start()
        return stage.status(name)?.lastError
    }

    @Test func aDependencyThatIsNotThereIsNamed() async throws {
        try workshop.plugin("Gone", "1")
        try workshop.plugin("App", "Gone()", needs: ["Gone"])
        try #require(unlink(workshop.path("Gone")) == 0)
        let error = try #require(await error("App", LoaderStage(workshop)))
        #expect(error.code == .missingDependency)
        #expect(error.message.contains("libGone.so") && error.message.contains("native/"))
    }

    @Test func whoNeedsARefusedOneIsRefusedToo() async throws {
        try workshop.plugin("Shared", "1")
        try workshop.plugin("App", "Shared()", needs: ["Shared"])
        try workshop.directory.write("dylib/libShared.so", "half")
        let error = try #require(await error("App", LoaderStage(workshop)))
        #expect(error.code == .missingDependency)
        #expect(error.message.contains("Shared"))
    }

    @Test func whoNeedsOneThatDoesNotStartIsNotStarted() async throws {
        try workshop.plugin("Shared", "1")
        try workshop.plugin("App", "Shared()", needs: ["Shared"])
        let stage = LoaderStage(workshop)
        stage.host.failing = ["Shared": 1]
        let error = try #require(await error("App", stage))
        #expect(error.code == .missingDependency)
        #expect(stage.status("Shared")?.lastError?.code == .initialization)
        #expect(stage.status("Shared")?.lastError?.message.contains("no 1") == true)
        #expect(stage.host.events == ["start Shared.1", "stop Shared.1", "retire Shared.1", "retire App.1"])
    }

    @Test func aSymbolThatNobodyHasIsNamed() async throws {
        try workshop.library(
            "App",
            "void keystone_abi_1(void); void *missing(void) __asm__(\"$s8Keystone11CoreContextC3newyyF\"); "
                + "void *keystone_plugins(void) { keystone_abi_1(); return missing(); }")
        let error = try #require(await error("App", LoaderStage(workshop)))
        #expect(error.code == .incompatible)
        #expect(error.message.contains("Keystone.CoreContext.new() -> ()"))
        #expect(error.message.contains("keystone build --plugins"))
    }

    @Test func librariesThatNeedEachOtherAreRefusedAndOthersAreNot() async throws {
        try workshop.plugin("One", "1")
        try workshop.plugin("Two", "One()", needs: ["One"])
        try workshop.plugin("One", "Two()", needs: ["Two"])
        try workshop.plugin("Other", "3")
        let stage = LoaderStage(workshop)
        let error = try #require(await error("One", stage))
        #expect(error.code == .conflict)
        #expect(error.message.contains("One, Two"))
        #expect(stage.host.values == ["Other": 3])
    }

    @Test func aPluginOfTheAppNeverUsesSomebodyElses() async throws {
        try workshop.plugin("Helper", "1")
        try workshop.plugin("App", "Helper()", needs: ["Helper"])
        try makeDirectories(workshop.extensions)
        try #require(rename(workshop.path("Helper"), workshop.extensions + "/libHelper.so") == 0)
        let stage = LoaderStage(workshop)
        let error = try #require(await error("App", stage))
        #expect(error.code == .missingDependency)
        #expect(stage.host.values == ["Helper": 1])
    }

    @Test func withoutPatchelfThePackageIsNamed() async throws {
        try workshop.plugin("Shared", "1")
        try workshop.plugin("App", "Shared()", needs: ["Shared"])
        let stage = LoaderStage(workshop) { $0.patchelf = "patchelf-that-is-not-there" }
        let error = try #require(await error("App", stage))
        #expect(error.code == .loading)
        #expect(error.message.contains("apt install patchelf"))
        #expect(stage.host.values == ["Shared": 1], "one that needs no other one needs no patchelf")
    }

    @Test func aDirectoryForCopiesThatCanNotBeMadeIsNamed() async throws {
        try workshop.plugin("App", "1")
        let stage = LoaderStage(workshop) { $0.shadowDirectory = "/proc/none" }
        let error = try #require(await error("App", stage))
        #expect(error.code == .loading)
        #expect(error.message.contains("/proc/none"))
    }

    // MARK: native/

    @Test(arguments: [true, false])
    func librariesInNativeAreFoundWithoutARunPath(_ hotReload: Bool) async throws {
        let native = workshop.plugins + "/native"
        try workshop.library("deep", "int deep(void) { return 4; }", in: native, flags: ["-Wl,-soname,libdeep.so"])
        try workshop.library(
            "mynative", "int deep(void); int mynative(void) { return deep(); }", needs: ["deep"], in: native,
            flags: ["-Wl,-soname,libmynative.so"])
        try workshop.plugin(
            "App", "mynative() + 1", needs: ["mynative"], flags: ["-Wl,-rpath-link,\(native)"])
        let stage = LoaderStage(workshop, hotReload: hotReload)
        await stage.start()
        #expect(stage.host.values == ["App": 5], "\(String(describing: stage.status("App")))")
    }

    @Test func aRunPathToNativeLeadsThereFromTheCopyToo() async throws {
        let native = workshop.plugins + "/native"
        // Without a SONAME, only the run path finds it.
        try workshop.library("unnamed", "int unnamed(void) { return 6; }", in: native)
        try workshop.plugin("App", "unnamed()", needs: ["unnamed"], flags: ["-Wl,-rpath,$ORIGIN/native"])
        let stage = LoaderStage(workshop)
        await stage.start()
        #expect(stage.host.values == ["App": 6], "\(String(describing: stage.status("App")))")
    }
}
