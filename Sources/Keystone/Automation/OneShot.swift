internal import Glibc
internal import KeystoneSupport

/// `--eval` and `--screenshot`: do it, print what came of it, and name the exit status.
@MainActor
final class OneShot {
    private let automation: Automation
    private let windows: WindowManager
    private let options: HostOptions
    private var finish: CheckedContinuation<Int32, Never>?

    init(automation: Automation, windows: WindowManager, options: HostOptions) {
        self.automation = automation
        self.windows = windows
        self.options = options
    }

    /// Returns 0: done; 1: the page threw, or a window could not be shown; 124: out of time. Called once.
    func run() async -> Int32 {
        await withCheckedContinuation { continuation in
            finish = continuation
            Task { await self.end(self.perform()) }
            Task {
                do { try await Task.sleep(for: .seconds(self.options.timeout)) } catch { return }
                self.timedOut()
            }
        }
    }

    /// The first caller's status counts.
    private func end(_ status: Int32) {
        finish?.resume(returning: status)
        finish = nil
    }

    private func timedOut() {
        guard finish != nil else { return }
        say("timed out after \(options.timeout) s; \(stillWaitingFor)")
        end(124)
    }

    private var stillWaitingFor: String {
        if windows.all.isEmpty { return "no window was open" }
        let unsettled = windows.all.filter { automation.progress.entries[$0.id]?.isSettled == false }
        guard let window = unsettled.first else { return "the expression had not finished" }
        return "window \"\(window.component)\" had not painted and mounted its component"
    }

    private func perform() async -> Int32 {
        do {
            if let expression = options.evaluate { try await evaluate(expression) }
            if let file = options.screenshot { return try await capture(file) }
            return 0
        } catch {
            // Once the time is up, what the windows' end makes of it is no news.
            if finish != nil { say((error as? Automation.Failure)?.message ?? "\(error)") }
            return 1
        }
    }

    private func evaluate(_ expression: String) async throws {
        let window = try await automation.window(named: options.window)
        try await automation.waitUntilSettled(window.id)
        if let problem = automation.progress.problem(of: window.id) { say(problem) }
        StandardStreams.printLine(try await automation.evaluate(expression, in: window))

    }

    private func capture(_ file: String) async throws -> Int32 {
        _ = try await automation.window(named: nil)
        for window in windows.all { try await automation.waitUntilSettled(window.id) }
        for path in try await automation.screenshot(to: file) { StandardStreams.printLine(path) }

        let problems = windows.all.compactMap { automation.progress.problem(of: $0.id) }
        for problem in problems { say(problem) }
        return problems.isEmpty ? 0 : 1
    }

    private func say(_ message: String) {
        StandardStreams.errorLine("keystone: \(message)")
    }
}
