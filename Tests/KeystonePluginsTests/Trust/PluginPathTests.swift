import Foundation
import Glibc
import KeystoneSupport
import Synchronization
import TestSupport
import Testing

@testable import KeystonePlugins

/// Paths and permissions, on real files.
@Suite struct PluginPathTests {
    let app: TrustHarness
    let trust: PluginTrust

    init() throws {
        app = try TrustHarness()
        trust = try app.trust()
    }

    private func expectUnsafe(_ file: PluginFile, _ words: String, _ location: SourceLocation = #_sourceLocation) {
        let error = app.refusal(file, by: trust)
        #expect(error?.code == .unsafePath, sourceLocation: location)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")", sourceLocation: location)
    }

    @Test func `A library is answered as it is`() throws {
        let file = app.file()
        try app.write(file)
        let checked = try trust.check(file)
        #expect(checked.bytes == app.content && checked.file == file && checked.signer == nil)
    }

    @Test func `A library that everybody may write to is refused`() throws {
        let file = app.file()
        try app.write(file)
        chmod(file.path, 0o666)
        expectUnsafe(file, "can be written to by everybody")
    }

    @Test func `A directory that everybody may write to is refused, and the app's above it`() throws {
        let file = app.file()
        try app.write(file)
        chmod(parentDirectory(of: file.path), 0o1777)
        expectUnsafe(file, "its directory")
        chmod(parentDirectory(of: file.path), 0o755)
        chmod(app.directory.path + "/app", 0o777)
        expectUnsafe(file, "above it can be written to by everybody")
    }

    @Test func `Who may write above the app's directory is not asked`() throws {
        let file = app.file()
        try app.write(file)
        chmod(app.directory.path, 0o777)
        #expect(app.refusal(file, by: trust) == nil)
    }

    @Test func `Outside the app all directories are looked at, up to the top`() throws {
        let outside = PluginFile(name: "A", path: app.directory.path + "/else/where/libA.so", origin: .user)
        try app.directory.write("else/where/libA.so", app.content)
        #expect(app.refusal(outside, by: trust) == nil)
        chmod(app.directory.path, 0o777)
        expectUnsafe(outside, "/..")
    }

    @Test func `A link to another place is refused, one to a neighbour is followed`() throws {
        try app.directory.write("elsewhere.so", app.content)
        let dylib = app.directory.path + "/app/dylib"
        for target in [
            "\(app.directory.path)/elsewhere.so", "../../elsewhere.so", "/etc/passwd", "..", "native/x.so", "libA.so",
        ] {
            unlink(app.file().path)
            symlink(target, app.file().path)
            expectUnsafe(app.file(), "is a link that leads out of its directory")
        }
        unlink(app.file().path)
        try app.write(app.file("A.1"))
        symlink("libA.1.so", app.file().path)
        #expect(app.refusal(app.file(), by: trust) == nil)
        chmod(dylib + "/libA.1.so", 0o666)
        expectUnsafe(app.file(), "can be written to by everybody")
    }

    @Test func `A plugin directory behind a link is looked at where it really is`() throws {
        try app.directory.write("open/sub/libA.so", app.content)
        symlink(app.directory.path + "/open/sub", app.directory.path + "/app/linked")
        let file = PluginFile(name: "A", path: app.directory.path + "/app/linked/libA.so", origin: .bundled)
        #expect(app.refusal(file, by: trust) == nil)
        chmod(app.directory.path + "/open", 0o777)
        expectUnsafe(file, "above it can be written to by everybody")
    }

    @Test(.timeLimit(.minutes(1))) func `What is no file is refused without waiting for it`() throws {
        let file = app.file()
        mkfifo(file.path, 0o600)
        #expect(app.refusal(file, by: trust)?.code == .notALibrary)
        unlink(file.path)
        mkdir(file.path, 0o755)
        #expect(app.refusal(file, by: trust)?.code == .notALibrary)
        rmdir(file.path)
        #expect(app.refusal(file, by: trust)?.code == .notALibrary)
    }

    @Test func `A library of impossible size is refused before it is read`() throws {
        let file = app.file()
        try app.write(file)
        truncate(file.path, 1 << 40)
        let error = app.refusal(file, by: trust)
        #expect(error?.code == .notALibrary && error?.message.contains("bytes") == true)
    }

    @Test(arguments: ["a\nb", "..", ".", "", "ünï", "a b", "$(x)", String(repeating: "x", count: 220)])
    func `Strange names are just names, and messages stay in one line`(_ name: String) throws {
        let file = app.file(name)
        try app.write(file)
        #expect(app.refusal(file, by: trust) == nil)
        chmod(file.path, 0o666)
        expectUnsafe(file, "can be written to by everybody")
        #expect(app.refusal(file, by: trust)?.message.contains("\n") == false)
    }

    /// What is loaded is what was checked, however often the path changes hands meanwhile.
    @Test(.timeLimit(.minutes(2))) func `A file that is swapped meanwhile is one or the other, whole`() throws {
        let file = app.file()
        let versions = [UInt8(1), 2].map { [UInt8](repeating: $0, count: 300_000) }
        try app.write(file, versions[0])
        let swaps = Counter()
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [app] in
            while swaps.goesOn {
                try? app.write(file, versions[swaps.next() % 2])
            }
            ended.signal()
        }
        defer {
            swaps.stop()
            ended.wait()
        }
        var seen: Set<UInt8> = []
        while swaps.value < 300 || seen.count < 2 {
            let bytes = try trust.check(file).bytes
            #expect(versions.contains(bytes))
            seen.insert(bytes[0])
        }
    }
}

/// Counts on one thread, is read on another.
private final class Counter: Sendable {
    private let state = Mutex((value: 0, goesOn: true))

    var value: Int { state.withLock { $0.value } }
    var goesOn: Bool { state.withLock { $0.goesOn } }
    func stop() { state.withLock { $0.goesOn = false } }
    func next() -> Int {
        state.withLock {
            $0.value += 1
            return $0.value
        }
    }
}

/// Who owns what, which root alone can arrange.
@Suite(.enabled(if: geteuid() == 0)) struct PluginOwnerTests {
    let app: TrustHarness
    let trust: PluginTrust

    init() throws {
        app = try TrustHarness()
        trust = try app.trust()
        try app.write(app.file())
    }

    @Test func `Another user's library, and one in another user's directory, are refused`() throws {
        chown(app.file().path, 65534, 65534)
        #expect(app.refusal(app.file(), by: trust)?.message.contains("belongs to another user") == true)
        chown(app.file().path, 0, 0)
        for directory in ["app/dylib", "app"] {
            chown("\(app.directory.path)/\(directory)", 65534, 65534)
            #expect(app.refusal(app.file(), by: trust)?.code == .unsafePath, "\(directory)")
            chown("\(app.directory.path)/\(directory)", 0, 0)
        }
        #expect(app.refusal(app.file(), by: trust) == nil)
    }

    @Test func `Only one's own group may write`() throws {
        chmod(app.file().path, 0o775)
        #expect(app.refusal(app.file(), by: trust) == nil)
        chown(app.file().path, 0, 65534)
        #expect(app.refusal(app.file(), by: trust)?.message.contains("by its group") == true)
    }
}
