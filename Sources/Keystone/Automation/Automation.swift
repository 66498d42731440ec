internal import Glibc
internal import KeystoneCore
internal import KeystoneSupport

/// Scripted use of a running app: evaluating in pages and capturing windows.
@MainActor
final class Automation {
    let progress = WindowProgress()
    private let windows: WindowManager

    init(windows: WindowManager) {
        self.windows = windows
    }

    struct Failure: Error {
        var message: String
    }

    /// Waits until the window's components are mounted and its first frame was drawn.
    func waitUntilSettled(_ id: String) async throws {
        await progress.wait { [progress] in
            progress.fatal != nil || progress.entries[id]?.isSettled ?? true
        }
        if let fatal = progress.fatal { throw Failure(message: fatal) }
    }

    /// The window that a command names: by id, by component, or the first one. Waits for one to open.
    func window(named name: String?) async throws -> ManagedWindow {
        await progress.wait { [self] in progress.fatal != nil || find(name) != nil }
        guard let window = find(name) else {
            throw Failure(message: progress.fatal ?? "there is no window \(name ?? "")")
        }
        return window
    }

    private func find(_ name: String?) -> ManagedWindow? {
        guard let name else { return windows.all.first }
        return windows.window(component: name) ?? windows.window(id: name)
    }

    /// Evaluates an expression in the window's page, promises awaited. Returns JSON text.
    func evaluate(_ expression: String, in window: ManagedWindow) async throws -> String {
        guard let web = window.web else { throw Failure(message: "window \(window.id) has no page") }
        do {
            return try await web.evaluate(Self.awaiting(expression))
        } catch let error as ScriptError {
            throw Failure(message: error.message)
        }
    }

    /// A promise that nothing in the page refers to would be collected as garbage, and WebKit then reports a failure of
    /// its own while the caller still waits. So the page holds it until it is settled.
    private static func awaiting(_ expression: String) -> String {
        """
        const held = (globalThis[Symbol.for("keystone.evaluations")] ??= new Set());
        const value = (async () => (\(expression)
        ))();
        held.add(value);
        try { return await value } finally { held.delete(value) }
        """
    }

    /// Captures every window: the first into `file`, the others beside it as `NAME-2.png` and so on. Returns the files.
    func screenshot(to file: String) async throws -> [String] {
        var written: [String] = []
        for (index, window) in windows.all.enumerated() {
            await waitForFrame(window)
            let png: [UInt8]
            do {
                png = try await window.native.snapshotPNG()
            } catch {
                throw Failure(message: "window \(window.id) could not be captured: \(error)")
            }
            let path = index == 0 ? file : Self.numbered(file, index + 1)
            do {
                try SmallFile.replace(path, with: png)
            } catch {
                throw Failure(message: "\(path) could not be written: \(error)")
            }
            written.append(path)
        }
        return written
    }

    /// Two animation frames: what the page has set by now is on the screen then.
    private func waitForFrame(_ window: ManagedWindow) async {
        let frames = """
            await Promise.race([
              new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))),
              new Promise(done => setTimeout(done, 500))])
            """
        do {
            _ = try await window.web?.evaluate(frames)
        } catch {
            window.log.debug("no frame before the capture: \(error)")
        }
    }

    private static func numbered(_ file: String, _ number: Int) -> String {
        let stem = file.hasSuffix(".png") ? String(file.dropLast(4)) : file
        return "\(stem)-\(number).png"
    }
}
