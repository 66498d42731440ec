import Glibc
import KeystoneCore

@testable import KeystoneGtk

/// Runs one scenario in a process of its own, on that process's real main thread.
///
/// GTK belongs to the main thread, which Swift Testing gives away before any test runs (`dispatch_main` ends it). So a test
/// starts this very executable again with a scenario's name in the environment, and the function below takes over before
/// `main` does.
@used
@section(".init_array")
nonisolated(unsafe) let takeOver: @convention(c) () -> Void = {
    // SAFETY: written once by the linker, read once by the loader before any thread is started.
    if getenv("KEYSTONE_GL_PROBE") != nil { GLProbe.runIfRequested() }
    guard let name = getenv(ScenarioProcess.variable).map({ String(cString: $0) }) else { return }
    MainActor.assumeIsolated { ScenarioProcess.run(name) }
}

@MainActor
enum ScenarioProcess {
    nonisolated static let variable = "KEYSTONE_GTK_SCENARIO"

    static func run(_ name: String) -> Never {
        unsetenv(variable)
        guard let body = Scenarios.all[name] else {
            print("no such scenario: \(name)")
            exit(3)
        }
        do {
            let stage = try Stage(name: name)
            stage.perform(body)
            exit(stage.failures == 0 ? 0 : 1)
        } catch {
            print("the platform did not start: \(error)")
            exit(2)
        }
    }
}
