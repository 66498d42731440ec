import KeystoneCore
import Testing

@testable import Keystone

struct DirectoryWatchTests {
    @Test func whatComesMeanwhileIsToldOnceAndTogether() async {
        let watch = DirectoryWatch()
        for name in ["a", "b", "a"] { watch.take(.changed(name)) }
        #expect(await watch.next() == DirectoryChanges(names: ["a", "b"], isComplete: true))
        watch.take(.changed("a"))
        #expect(await watch.next() == DirectoryChanges(names: ["a"], isComplete: true))
    }

    @Test func namesThatAreEqualAsTextsMayBeTwoFiles() async {
        let watch = DirectoryWatch()
        watch.take(.changed("\u{E4}"))
        watch.take(.changed("a\u{308}"))
        #expect(await watch.next()?.names.count == 2)
    }

    @Test func aReaderThatWaitsIsToldAtOnce() async {
        let watch = DirectoryWatch()
        async let changes = watch.next()
        await Task.yield()
        watch.take(.changed("late"))
        #expect(await changes == DirectoryChanges(names: ["late"], isComplete: true))
    }

    @Test func tooManyNamesAndNamesThatAreNoTextAskForANewListing() async {
        let watch = DirectoryWatch()
        for number in 0..<(DirectoryWatch.maximumNames + 10) { watch.take(.changed("\(number)")) }
        let changes = await watch.next()
        #expect(changes?.names.count == DirectoryWatch.maximumNames)
        #expect(changes?.isComplete == false)
        watch.take(.unnamed)
        #expect(await watch.next() == DirectoryChanges(names: [], isComplete: false))
        watch.take(.changed("x"))
        #expect(await watch.next() == DirectoryChanges(names: ["x"], isComplete: true))
    }

    @Test func whenTheDirectoryIsGoneWhatWaitsIsToldAndThenTheEnd() async {
        let watch = DirectoryWatch()
        watch.take(.changed("last"))
        watch.take(.gone)
        #expect(await watch.next()?.names == ["last"])
        #expect(await watch.next() == nil)
    }

    @Test @MainActor func theWatchesOfAPluginEndWithItAndOthersGoOn() async {
        let watches = PluginWatches()
        let (old, new) = (RegistrationOwner(name: "plugin"), RegistrationOwner(name: "plugin"))
        let (ends, goesOn, late) = (DirectoryWatch(), DirectoryWatch(), DirectoryWatch())
        watches.add(ends, of: old)
        watches.add(goesOn, of: new)
        old.end()
        #expect(await ends.next() == nil)
        goesOn.take(.changed("a"))
        #expect(await goesOn.next()?.names == ["a"])
        watches.add(late, of: old)
        #expect(await late.next() == nil)
    }

    @Test func aCancelledTaskReadsNoFurther() async {
        let watch = DirectoryWatch()
        let stream = AsyncStream(unfolding: { await watch.next() }, onCancel: { watch.finish() })
        let reading = Task {
            var count = 0
            for await _ in stream { count += 1 }
            return count
        }
        reading.cancel()
        #expect(await reading.value == 0)
    }
}
