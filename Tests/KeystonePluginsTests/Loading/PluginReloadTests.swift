import Glibc
import KeystoneSupport
import TestSupport
import Testing

@testable import KeystonePlugins

@Suite(.timeLimit(.minutes(2))) @MainActor
struct PluginReloadTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// A loader whose plugins are in service; nothing of that is left in its reports and events.
    private func started(_ change: (inout PluginLoaderOptions) -> Void = { _ in }) async -> LoaderStage {
        let stage = LoaderStage(workshop, change)
        await stage.start()
        for _ in stage.loader.statuses { _ = await stage.nextReport() }
        _ = stage.host.takeEvents()
        return stage
    }

    @Test func aChangedLibraryTakesOverWithItsState() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        try workshop.plugin("App", "2")
        await stage.changed("App")
        #expect(await stage.nextReport() == "reloaded App.2")
        #expect(
            stage.host.events
                == ["save App.1", "stop App.1", "start App.2", "activate App.2", "retire App.1"])
        #expect(stage.host.values == ["App": 2])
        #expect(stage.host.inService["App"]?.starts == 2)
    }

    @Test func anOverwrittenFileHarmsNobody() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        let old = try #require(stage.host.inService["App"])
        try workshop.plugin("New", "2")
        // Into the same file, as `cp` does.
        let file = OwnedDescriptor(open(workshop.path("App"), O_WRONLY | O_TRUNC))
        let bytes = try workshop.bytes("New")
        try #require(bytes.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) } == bytes.count)
        file.close()
        await stage.changed("App")
        #expect(await stage.nextReport() == "reloaded App.2")
        #expect(old.image.makeExport().load(as: Int32.self) == 1, "the old code still runs")
        #expect(stage.host.values == ["App": 2])
    }

    @Test func aCascadeIsReloadedInOrderOverThreeGenerations() async throws {
        try workshop.plugin("Base", "1", flags: ["-Wl,-soname,libBase.so"])
        try workshop.plugin("Middle", "Base() * 10", needs: ["Base"])
        try workshop.plugin("Top", "Middle() + Base()", needs: ["Middle", "Base"])
        try workshop.plugin("Other", "7")
        let stage = await started()
        #expect(stage.host.values == ["Base": 1, "Middle": 10, "Top": 11, "Other": 7])
        for version in 2...3 {
            try workshop.plugin("Base", "\(version)", flags: ["-Wl,-soname,libBase.so"])
            await stage.changed("Base")
            #expect(await stage.nextReport() == "reloaded Base.\(version) Middle.\(version) Top.\(version)")
            let value = Int32(version)
            #expect(stage.host.values == ["Base": value, "Middle": value * 10, "Top": value * 11, "Other": 7])
            #expect(stage.host.inService["Top"]?.starts == version)
            let (old, new) = (version - 1, version)
            #expect(
                stage.host.takeEvents() == [
                    "save Top.\(old)", "stop Top.\(old)", "save Middle.\(old)", "stop Middle.\(old)",
                    "save Base.\(old)", "stop Base.\(old)", "start Base.\(new)", "start Middle.\(new)",
                    "start Top.\(new)", "activate Base.\(new)", "activate Middle.\(new)", "activate Top.\(new)",
                    "retire Base.\(old)", "retire Middle.\(old)", "retire Top.\(old)",
                ])
        }
    }

    @Test func oneThatDoesNotStartLeavesTheWholeCascadeAsItWas() async throws {
        try workshop.plugin("Base", "1")
        try workshop.plugin("Top", "Base() + 1", needs: ["Base"])
        let stage = await started()
        stage.host.failing = ["Top": 3]
        try workshop.plugin("Base", "2")
        await stage.changed("Base")
        #expect(await stage.nextReport() == "refused Top initialization, older stays")
        #expect(stage.host.values == ["Base": 1, "Top": 2])
        #expect(stage.host.inService["Top"]?.starts == 2, "it has the state that it saved")
        #expect(
            stage.host.takeEvents() == [
                "save Top.1", "stop Top.1", "save Base.1", "stop Base.1", "start Base.2", "start Top.2",
                "stop Top.2", "stop Base.2", "retire Base.2", "retire Top.2",
                "start Base.1", "activate Base.1", "start Top.1", "activate Top.1",
            ])
        #expect(stage.status("Top")?.lastError?.code == .initialization)
        // What was changed and is not in service comes with the next change of what needs it.
        stage.host.failing = [:]
        try workshop.plugin("Top", "Base() + 5", needs: ["Base"])
        await stage.changed("Top")
        #expect(await stage.nextReport() == "reloaded Base.3 Top.3")
        #expect(stage.host.values == ["Base": 2, "Top": 7])
        #expect(stage.status("Top")?.lastError == nil)
    }

    @Test func oneThatCanNotBeMadeLeavesTheOldOneAlone() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        stage.host.unmakeable = ["App": 2]
        try workshop.plugin("App", "2")
        await stage.changed("App")
        #expect(await stage.nextReport() == "refused App conflict, older stays")
        #expect(stage.host.events.isEmpty)
        #expect(stage.host.values == ["App": 1])
    }

    @Test func anOldOneThatCanNotBeStartedAgainIsOutOfService() async throws {
        try workshop.plugin("Base", "1")
        try workshop.plugin("Top", "Base() + 1", needs: ["Base"])
        let stage = await started()
        stage.host.whileStarting = { [host = stage.host] _ in host.failing = ["Base": 1, "Top": 3] }
        try workshop.plugin("Base", "2")
        await stage.changed("Base")
        #expect(await stage.nextReport() == "refused Top initialization")
        #expect(await stage.nextReport() == "refused Base initialization")
        #expect(stage.host.values.isEmpty)
        #expect(stage.loader.statuses.map(\.state) == [.refused, .refused])
        // The next good version is in service again.
        stage.host.whileStarting = nil
        stage.host.failing = [:]
        try workshop.plugin("Base", "4")
        await stage.changed("Base")
        #expect(await stage.nextReport() == "loaded Base.3")
        #expect(await stage.nextReport() == "loaded Top.3")
    }

    @Test func halfOfAFileIsRefusedAndTheWholeOneTakesOver() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        try workshop.plugin("New", "2")
        let bytes = try workshop.bytes("New")
        try workshop.directory.write("dylib/libApp.so", Array(bytes[..<(bytes.count / 2)]))
        await stage.changed("App")
        #expect(await stage.nextReport() == "refused App notALibrary, older stays")
        #expect(stage.host.values == ["App": 1])
        try workshop.directory.write("dylib/libApp.so", bytes)
        await stage.changed("App")
        #expect(await stage.nextReport() == "reloaded App.2")
        #expect(stage.host.values == ["App": 2])
    }

    @Test func aFileThatSomebodyStillWritesToIsNotTouched() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        try workshop.plugin("App", "2")
        // It is whole, as far as anybody can see.
        let writer = OwnedDescriptor(open(workshop.path("App"), O_WRONLY))
        await stage.changed("App")
        #expect(await stage.nextReport() == "refused App notALibrary, older stays")
        #expect(stage.status("App")?.lastError?.message.contains("still being written") == true)
        writer.close()
        // Its stamp is the same as before.
        await stage.changed("App")
        #expect(await stage.nextReport() == "reloaded App.2")
    }

    @Test func newOnesComeAndGo() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        try workshop.plugin("New", "5")
        await stage.changed("New")
        #expect(await stage.nextReport() == "loaded New.1")
        #expect(stage.host.values == ["App": 1, "New": 5])
        try #require(unlink(workshop.path("New")) == 0)
        await stage.changed("New")
        await stage.time.sleepers(1)
        #expect(stage.host.values["New"] == 5, "a linker may be about to write it")
        stage.time.advance(by: .seconds(1))
        #expect(await stage.nextReport() == "unloaded New")
        #expect(stage.host.values == ["App": 1])
        #expect(stage.loader.statuses.map(\.name) == ["App"])
        try workshop.plugin("New", "6")
        await stage.changed("New")
        #expect(await stage.nextReport() == "loaded New.2")
    }

    @Test func aFileThatComesBackSoonIsReloaded() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        try #require(unlink(workshop.path("App")) == 0)
        await stage.changed("App")
        await stage.time.sleepers(1)
        try workshop.plugin("App", "2")
        await stage.changed("App")
        #expect(await stage.nextReport() == "reloaded App.2")
        #expect(stage.host.inService["App"]?.starts == 2, "with its state")
    }

    @Test func oneThatIsNeededStaysWhenItsFileGoes() async throws {
        try workshop.plugin("Base", "1")
        try workshop.plugin("Top", "Base()", needs: ["Base"])
        let stage = await started()
        try #require(unlink(workshop.path("Base")) == 0)
        await stage.loader.reload(["Base"])
        #expect(await stage.nextReport() == "refused Base conflict, older stays")
        #expect(stage.host.values == ["Base": 1, "Top": 1])
        try #require(unlink(workshop.path("Top")) == 0)
        await stage.loader.reload(["Base", "Top"])
        #expect(await stage.nextReport() == "unloaded Top")
        #expect(await stage.nextReport() == "unloaded Base")
    }

    @Test func aChangedCoreAsksForARestart() async throws {
        try workshop.plugin("Base", "1")
        try workshop.plugin("Core", "Base()", needs: ["Base"])
        try workshop.plugin("Other", "Base()", needs: ["Base"])
        let stage = LoaderStage(workshop)
        stage.host.cores = ["Core"]
        await stage.start()
        for _ in 0..<3 { _ = await stage.nextReport() }
        try workshop.plugin("Base", "2")
        await stage.changed("Base")
        #expect(await stage.nextReport() == "restart Base Core Other")
        #expect(stage.host.values == ["Base": 1, "Core": 1, "Other": 1])
        // The others can still change.
        try workshop.plugin("Other", "Base() + 5", needs: ["Base"])
        await stage.changed("Other")
        #expect(await stage.nextReport() == "reloaded Other.2")
        #expect(stage.host.values == ["Base": 1, "Core": 1, "Other": 6])
    }

    @Test func aBrokenNewcomerKeepsNobodyFromBeingReloaded() async throws {
        try workshop.plugin("Base", "1")
        try workshop.plugin("Top", "Base()", needs: ["Base"])
        try workshop.plugin("Broken", "Base() + 100", needs: ["Base"])
        let stage = LoaderStage(workshop)
        stage.host.failing = ["Broken": 101]
        await stage.start()
        for _ in 0..<3 { _ = await stage.nextReport() }
        stage.host.failing = ["Broken": 102]
        try workshop.plugin("Base", "2")
        await stage.changed("Base")
        #expect(await stage.nextReport() == "reloaded Base.2 Top.2")
        #expect(await stage.nextReport() == "refused Broken initialization")
        try workshop.plugin("Broken", "Base() + 200", needs: ["Base"])
        await stage.changed("Broken")
        #expect(await stage.nextReport() == "loaded Broken.3")
        #expect(stage.host.values == ["Base": 2, "Top": 2, "Broken": 202])
    }

    @Test func whoWasRefusedForOneThatItNeedsComesWithThat() async throws {
        try workshop.plugin("Base", "1")
        try workshop.plugin("Top", "Base()", needs: ["Base"])
        try workshop.plugin("Later", "1")
        try workshop.plugin("Peak", "Later()", needs: ["Later"])
        try workshop.directory.write("dylib/libBase.so", "half")
        try #require(unlink(workshop.path("Later")) == 0)
        let stage = LoaderStage(workshop)
        await stage.start()
        #expect(await stage.nextReport() == "refused Base notALibrary")
        #expect(await stage.nextReport() == "refused Peak missingDependency")
        #expect(await stage.nextReport() == "refused Top missingDependency")
        try workshop.plugin("Base", "2")
        await stage.changed("Base")
        #expect(await stage.nextReport() == "loaded Base.1")
        #expect(await stage.nextReport() == "loaded Top.2")
        // One that was not there at all.
        try workshop.plugin("Later", "3")
        await stage.changed("Later")
        #expect(await stage.nextReport() == "loaded Later.1")
        #expect(await stage.nextReport() == "loaded Peak.2")
        #expect(stage.host.values == ["Base": 2, "Top": 2, "Later": 3, "Peak": 3])
    }

    @Test func twoThatHaveNothingToDoWithEachOtherAreReloadedApart() async throws {
        try workshop.plugin("One", "1")
        try workshop.plugin("Two", "1")
        let stage = await started()
        stage.host.failing = ["One": 2]
        try workshop.plugin("One", "2")
        try workshop.plugin("Two", "2")
        await stage.changed("One", "Two")
        #expect(await stage.nextReport() == "refused One initialization, older stays")
        #expect(await stage.nextReport() == "reloaded Two.2")
    }

    @Test func whatIsInServiceAsItLiesThereIsNotReloaded() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        try workshop.plugin("App", "2")
        await stage.loader.reload(["App"])
        #expect(await stage.nextReport() == "reloaded App.2")
        // The watcher tells of the same version a little later.
        await stage.changed("App")
        await stage.loader.reload(["App"])
        #expect(stage.status("App")?.generation == 2)
    }

    @Test func changesDuringAReloadAreLookedAtAfterIt() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        try workshop.plugin("App", "2")
        stage.host.whileStarting = { [workshop, stage] generation in
            guard generation.value == 2 else { return }
            do {
                try workshop.plugin("App", "3")
            } catch {
                Issue.record(error)
            }
            await stage.changed("App")
        }
        await stage.changed("App")
        #expect(await stage.nextReport() == "reloaded App.2")
        #expect(await stage.nextReport() == "reloaded App.3")
        #expect(stage.host.inService["App"]?.starts == 3)
    }

    @Test func changesBeforeTheStartAreLookedAtAfterIt() async throws {
        try workshop.plugin("App", "1")
        let stage = LoaderStage(workshop)
        stage.loader.loadAll()
        try workshop.plugin("App", "2")
        await stage.loader.reload(["App"])
        await stage.loader.startAll()
        #expect(await stage.nextReport() == "loaded App.1")
        await stage.time.sleepers(1)
        stage.time.advance(by: .milliseconds(200))
        #expect(await stage.nextReport() == "reloaded App.2")
    }

    @Test func whatSomebodyStillHoldsIsReportedOnce() async throws {
        try workshop.plugin("App", "1")
        let stage = LoaderStage(workshop)
        stage.host.holds = true
        await stage.start()
        stage.host.holds = false
        _ = await stage.nextReport()
        for version in 2...3 {
            try workshop.plugin("App", "\(version)")
            await stage.loader.reload(["App"])
            #expect(await stage.nextReport() == "reloaded App.\(version)")
            await stage.time.sleepers(version - 1)
        }
        // The second one is gone at the first look; the first one is still there at the last.
        stage.time.advance(by: .seconds(1))
        await stage.time.sleepers(1)
        stage.time.advance(by: .seconds(4))
        await stage.time.sleepers(1)
        stage.time.advance(by: .seconds(25))
        #expect(await stage.nextReport() == "leaked App.1 [\"App\"]")
        stage.host.held = []
    }

    @Test func bytesOfOldCodeAreCounted() async throws {
        try workshop.plugin("App", "1")
        let stage = await started()
        let one = try #require(stage.status("App")?.mappedBytes)
        try workshop.plugin("App", "2")
        await stage.loader.reload(["App"])
        #expect(stage.loader.oldBytes == one)
        #expect(try #require(stage.status("App")?.mappedBytes) >= 2 * one)
    }
}
