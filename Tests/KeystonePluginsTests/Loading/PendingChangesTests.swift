import Testing

@testable import KeystonePlugins

@Suite struct PendingChangesTests {
    private var changes = PendingChanges(debounce: .milliseconds(200))

    @Test mutating func aFileIsDueWhenItHasBeenQuietForAWhile() {
        changes.note("a", now: .milliseconds(0))
        changes.note("a", now: .milliseconds(150))
        #expect(changes.deadline == .milliseconds(350))
        #expect(changes.takeDue(now: .milliseconds(349)).isEmpty)
        #expect(changes.takeDue(now: .milliseconds(350)) == ["a"])
        #expect(changes.deadline == nil)
    }

    @Test mutating func aFileThatNeverRestsDoesNotHoldOthersUpForEver() {
        for moment in stride(from: 0, through: 5000, by: 100) { changes.note("busy", now: .milliseconds(moment)) }
        #expect(changes.deadline == .milliseconds(2000))
    }
}
