import Testing

@testable import Keystone

@Suite struct PageLifeTests {
    private let start = Duration.seconds(1000)

    private func loading(autoReload: Bool = true, safeModeAlready: Bool = false) -> PageLife {
        var life = PageLife(autoReload: autoReload, safeModeAlready: safeModeAlready)
        life.loadStarted()
        return life
    }

    private func painted(autoReload: Bool = true) -> PageLife {
        var life = loading(autoReload: autoReload)
        _ = life.pageReady()
        _ = life.painted()
        return life
    }

    @Test func `A page loads, gets its slots and paints`() {
        var life = PageLife(autoReload: true, safeModeAlready: false)
        #expect(life.state == .waiting)
        #expect(!life.acceptsSlots)
        life.loadStarted()
        #expect(life.state == .loading)
        #expect(!life.acceptsSlots)
        let ready = life.pageReady()
        #expect(ready == .addSlots)
        #expect(life.acceptsSlots)
        let painted = life.painted()
        #expect(painted == .none)
        #expect(life.state == .painted)
        #expect(life.acceptsSlots)
    }

    @Test func `A process that dies before its first paint gets one try in the safe mode`() {
        var life = loading()
        let first = life.processTerminated(reason: "crashed", now: start)
        #expect(first == .restartSafely("the web process ended at start (crashed)"))
        #expect(life.state == .crashed)
        #expect(life.triedSafeMode)
        life.loadStarted()
        let second = life.processTerminated(reason: "crashed", now: start)
        #expect(second == .reload)
    }

    @Test func `A process that dies while nothing is loaded counts as one that dies at start`() {
        var life = PageLife(autoReload: true, safeModeAlready: false)
        let action = life.processTerminated(reason: "crashed", now: start)
        #expect(action == .restartSafely("the web process ended at start (crashed)"))
    }

    @Test(arguments: [false, true])
    func `A page that doesn't paint in time gets one try in the safe mode, then it is given up`(ready: Bool) {
        var life = loading()
        if ready { _ = life.pageReady() }
        let first = life.paintOverdue()
        #expect(first == .restartSafely("the page did not paint in time"))
        life.loadStarted()
        let second = life.paintOverdue()
        #expect(second == .giveUp("Nothing could be drawn: the page did not paint in time."))
        #expect(life.state == .failed("Nothing could be drawn: the page did not paint in time."))
    }

    @Test func `Where drawing is safe already, a page that doesn't paint is given up at once`() {
        var life = loading(safeModeAlready: true)
        let action = life.paintOverdue()
        #expect(action == .giveUp("Nothing could be drawn: the page did not paint in time."))
    }

    @Test func `A page that has painted once is never overdue, not even after a reload`() {
        var life = painted()
        var action = life.paintOverdue()
        #expect(action == .none)
        life.loadStarted()
        action = life.paintOverdue()
        #expect(action == .none)
        _ = life.pageReady()
        action = life.paintOverdue()
        #expect(action == .none)
        #expect(!life.triedSafeMode)
    }

    @Test func `Nothing is overdue while nothing loads`() {
        var life = PageLife(autoReload: true, safeModeAlready: false)
        let waiting = life.paintOverdue()
        #expect(waiting == .none)
        life = loading(safeModeAlready: true)
        _ = life.processTerminated(reason: "crashed", now: start)
        let crashed = life.paintOverdue()
        #expect(crashed == .none)
    }

    @Test func `A process that dies after the paint is no trouble of the driver's: the page is loaded again`() {
        var life = painted()
        let action = life.processTerminated(reason: "crashed", now: start)
        #expect(action == .reload)
        #expect(!life.triedSafeMode)
        #expect(life.state == .crashed)
        #expect(!life.acceptsSlots)
    }

    @Test func `More deaths than allowed within a minute end it`() {
        var life = painted()
        for death in 1...PageLife.maximumCrashes {
            let action = life.processTerminated(reason: "crashed", now: start + .seconds(death))
            #expect(action == .reload)
            life.loadStarted()
        }
        let last = life.processTerminated(reason: "crashed", now: start + .seconds(10))
        let message = "The web process ended 6 times within a minute (crashed)."
        #expect(last == .giveUp(message))
        #expect(life.state == .failed(message))
        let after = life.processTerminated(reason: "crashed", now: start + .seconds(11))
        #expect(after == .none)
        let overdue = life.paintOverdue()
        #expect(overdue == .none)
    }

    @Test func `Deaths that lie more than a minute back are forgotten`() {
        var life = painted()
        for death in 0..<20 {
            let action = life.processTerminated(reason: "crashed", now: start + .seconds(death * 13))
            #expect(action == .reload)
            life.loadStarted()
        }
    }

    @Test func `Without automatic reload the first death ends it`() {
        var life = painted(autoReload: false)
        let action = life.processTerminated(reason: "exceeded-memory", now: start)
        #expect(action == .giveUp("The web process ended (exceeded-memory), and webViewAutoReload is off."))
    }

    @Test func `The try in the safe mode is made without automatic reload too`() {
        var life = loading(autoReload: false)
        let action = life.processTerminated(reason: "crashed", now: start)
        #expect(action == .restartSafely("the web process ended at start (crashed)"))
    }

    @Test func `A page that comes late, after it was given up, is shown after all`() {
        var life = loading(safeModeAlready: true)
        _ = life.paintOverdue()
        let ready = life.pageReady()
        #expect(ready == .addSlots)
        #expect(life.state == .ready)

        life = loading(safeModeAlready: true)
        _ = life.pageReady()
        _ = life.paintOverdue()
        let painted = life.painted()
        #expect(painted == .showPage)
        #expect(life.state == .painted)
    }
}
