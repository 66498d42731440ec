import KeystoneSupport
import Testing

@testable import Keystone

@Suite(.timeLimit(.minutes(1))) @MainActor
struct HangWatchTests {
    private let told: AsyncStream<[String]>
    private let teller: AsyncStream<[String]>.Continuation

    init() { (told, teller) = AsyncStream.makeStream() }

    private func watch(patience: Duration) -> HangWatch {
        let watch = HangWatch(patience: patience)
        watch.onChange = { [teller] in teller.yield($0) }
        return watch
    }

    @Test func oneThatTakesLongIsToldByNameUntilItReturns() async {
        var told = told.makeAsyncIterator()
        let watch = watch(patience: .zero)
        let call = watch.begin("initialize()", of: "Clock")
        #expect(await told.next() == ["Clock: initialize() has not returned for 0 s; reloads wait for it"])
        #expect(watch.current == ["Clock: initialize()"])
        watch.end(call)
        #expect(await told.next() == [])
        #expect(watch.current == [])
    }

    @Test func severalAreToldInTheirOrder() async {
        var told = told.makeAsyncIterator()
        let watch = watch(patience: .zero)
        let first = watch.begin("a()", of: "A")
        #expect(await told.next()?.count == 1)
        let second = watch.begin("b()", of: "B", waiting: "the start waits")
        #expect(
            await told.next() == [
                "A: a() has not returned for 0 s; reloads wait for it",
                "B: b() has not returned for 0 s; the start waits for it",
            ])
        watch.end(first)
        #expect(await told.next()?.count == 1)
        watch.end(second)
        #expect(await told.next() == [])
    }

    @Test func oneThatReturnsInTimeIsNotToldOf() async {
        let watch = watch(patience: .seconds(60))
        let call = watch.begin("initialize()", of: "Clock")
        #expect(watch.current == ["Clock: initialize()"])
        watch.end(call)
        watch.end(call)
        teller.finish()
        var told = told.makeAsyncIterator()
        #expect(await told.next() == nil)
    }
}
