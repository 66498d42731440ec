import CGtk
import Glibc
import KeystoneCore

@testable import KeystoneGtk

/// The processes below this one.
enum ProcessTree {
    /// `name` as in `/proc/PID/comm`, which has 15 characters at most.
    static func descendants(named name: String) -> [pid_t] {
        all(below: getpid()).filter { read("/proc/\($0)/comm").hasPrefix(name) }
    }

    static func all(below pid: pid_t) -> [pid_t] {
        let children = read("/proc/\(pid)/task/\(pid)/children").split(separator: " ").compactMap { pid_t($0) }
        return children + children.flatMap(all(below:))
    }

    private static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
    }
}

/// The X server's pointer.
enum Pointer {
    static func click(x: Int, y: Int) throws {
        try run("mousemove", "\(x)", "\(y)", "click", "1")
    }

    static func run(_ arguments: String...) throws {
        let (status, output) = ScenarioRun.spawn(["/usr/bin/xdotool"] + arguments, ProcessEnvironment.current)
        guard status == 0 else { throw StageError("xdotool: \(output)") }
    }
}

/// A program that runs beside a scenario.
struct Helper {
    private let pid: pid_t

    static func start(_ program: String, _ arguments: [String]) throws -> Helper {
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for text in argv { free(text) } }
        var pid: pid_t = 0
        guard posix_spawn(&pid, program, nil, nil, &argv, environ) == 0 else { throw StageError("no \(program)") }
        return Helper(pid: pid)
    }

    func stop() {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }
}

struct WeakReference {
    weak var object: AnyObject?

    init(_ object: AnyObject) { self.object = object }
}

/// Counts GObjects down as they are finalised.
@MainActor
final class FinalisedObjects {
    private(set) var remaining = 0

    func watch(_ object: UnsafeMutableRawPointer) {
        remaining += 1
        g_object_weak_ref(
            object.assumingMemoryBound(to: GObject.self),
            { data, _ in
                guard let data else { return }
                Unmanaged<FinalisedObjects>.fromOpaque(data).takeUnretainedValue().remaining -= 1
            },
            Unmanaged.passUnretained(self).toOpaque())
    }
}

extension Stage {
    func twoFrames(_ view: any PlatformWebView) async throws {
        _ = try await view.evaluate("await new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")
    }

    func keep(_ picture: Picture, _ name: String) { keep(picture.png, name) }
}
