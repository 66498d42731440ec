import Glibc
import KeystoneCore

@testable import KeystoneGtk

/// What a scenario works with: the platform, a web environment in a scratch directory, and expectations.
@MainActor
final class Stage {
    let platform: GtkPlatform
    let directory: String
    private(set) var failures = 0
    private var kept: [GtkHostWindow] = []
    private var storedEnvironment: (any WebEnvironment)?

    init(name: String) throws {
        directory = getenv("KEYSTONE_GTK_SCRATCH").map { String(cString: $0) } ?? "/tmp"
        platform = try GtkPlatform(appID: "dev.keystone.tests")
    }

    func perform(_ body: @escaping @MainActor (Stage) async throws -> Void) {
        platform.run { [self] in
            Task {
                do {
                    try await body(self)
                } catch {
                    fail("threw \(error)")
                }
                platform.quit()
            }
        }
    }

    var environment: any WebEnvironment {
        if let storedEnvironment { return storedEnvironment }
        let made = platform.makeWebEnvironment(
            WebEnvironmentOptions(
                dataDirectory: directory + "/data", cacheDirectory: directory + "/cache", developerTools: false))
        storedEnvironment = made
        return made
    }

    func window(
        _ style: TitleBarStyle = .hidden, width: Double = 400, height: Double = 300, position: Point? = nil,
        headless: Bool = false
    ) throws -> GtkHostWindow {
        let window = try platform.makeWindow(
            PlatformWindowOptions(
                title: "Test", size: Size(width: width, height: height), position: position, titleBarStyle: style,
                headless: headless, background: Color(hex: 0x1e1e2e), appID: "dev.keystone.tests"))
        guard let window = window as? GtkHostWindow else { throw StageError("not a GTK window") }
        return window
    }

    // MARK: Expectations

    func expect(_ condition: Bool, _ message: String, file: StaticString = #fileID, line: UInt = #line) {
        if !condition { fail(message, file: file, line: line) }
    }

    func expectEqual<T: Equatable>(_ a: T, _ b: T, file: StaticString = #fileID, line: UInt = #line) {
        if a != b { fail("\(a) is not \(b)", file: file, line: line) }
    }

    func fail(_ message: String, file: StaticString = #fileID, line: UInt = #line) {
        failures += 1
        print("FAIL \(file):\(line): \(message)")
    }

    func note(_ message: String) {
        print("NOTE \(message)")
    }

    /// A web view in a headless window that lives as long as the scenario.
    func headlessView() throws -> any PlatformWebView {
        let window = try window(headless: true)
        kept.append(window)
        return window.attachWebView(environment)
    }

    /// Polls a condition between turns of the main loop; for states that have no event. Throws after the time is over.
    func until(_ what: String, seconds: Double = 15, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw StageError("waited \(seconds) s for \(what)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Writes a picture where the tests' artifacts are kept, when that is asked for.
    func keep(_ png: [UInt8], _ name: String) {
        guard let folder = getenv("KEYSTONE_TEST_ARTIFACTS").map({ String(cString: $0) }),
            let file = fopen("\(folder)/\(name).png", "w")
        else { return }
        png.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
        fclose(file)
    }
}

struct StageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
