import Testing

@testable import KeystoneServices

@Suite struct HandlerWatchTests {
    @Test func `Quick handlers are only looked at while there are any`() {
        var watch = HandlerWatch()
        let first = watch.begin()
        #expect(first.startsLooking)
        watch.end(first.number)
        let second = watch.begin()
        #expect(!second.startsLooking)
        watch.end(second.number)
        #expect(watch.look() == .lookAgain)
        #expect(watch.look() == .quiet)
        #expect(watch.begin().startsLooking)
    }

    @Test func `A handler that runs from one look to the next is overtaken, once`() {
        var watch = HandlerWatch()
        let slow = watch.begin()
        #expect(watch.look() == .lookAgain)
        #expect(watch.look() == .takeOver)
        // The next thread's handler, while the first still runs.
        let next = watch.begin()
        #expect(next.startsLooking)
        watch.end(slow.number)
        #expect(watch.look() == .lookAgain)
        #expect(watch.look() == .takeOver)
        watch.end(next.number)
    }

    @Test func `Many handlers one after the other are not one slow one`() {
        var watch = HandlerWatch()
        for _ in 0..<5 {
            let handler = watch.begin()
            #expect(watch.look() == .lookAgain)
            watch.end(handler.number)
        }
        #expect(watch.look() == .quiet)
    }
}
