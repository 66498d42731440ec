import Glibc
import Testing

@Suite("GTK platform", .serialized, .enabled(if: Display.isThere, "no display: run under xvfb-run"))
struct GtkScenarioTests {
    @Test(arguments: Scenarios.names)
    func scenario(_ name: String) throws {
        let run = try ScenarioRun(name)
        for failure in run.failures { Issue.record("\(failure)") }
        #expect(run.status == 0, "\(run.output)")
    }
}

enum Display {
    static var isThere: Bool { getenv("DISPLAY") != nil || getenv("WAYLAND_DISPLAY") != nil }
}
