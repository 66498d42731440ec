import Glibc
import KeystoneCore

@testable import KeystoneGtk

extension Scenarios {
    static func watchesDirectories(_ stage: Stage) async throws {
        let path = stage.directory + "/watched"
        mkdir(path, 0o755)
        var names: Set<String> = []
        var (unnamed, gone) = (0, 0)
        let watch = try stage.platform.watchDirectory(path) { (event: DirectoryEvent) in
            switch event {
            case .changed(let name): names.insert(name)
            case .unnamed: unnamed += 1
            case .gone: gone += 1
            }
        }
        touch(path + "/ä\n1")
        try await stage.until("a new file") { names == ["ä\n1"] }
        rename(path + "/ä\n1", path + "/renamed")
        try await stage.until("both names") { names == ["ä\n1", "renamed"] }
        names = []
        unlink(path + "/renamed")
        try await stage.until("a removed file") { names == ["renamed"] }
        let unnamable = Array(path.utf8CString.dropLast()) + [0x2F, -1, 0]
        close(open(unnamable, O_CREAT | O_WRONLY, 0o644))
        try await stage.until("a name that is no text") { unnamed > 0 }
        unlink(unnamable)
        rmdir(path)
        try await stage.until("the end of the directory") { gone > 0 }
        withExtendedLifetime(watch) {}
    }

    static func touch(_ path: String) {
        close(open(path, O_CREAT | O_WRONLY, 0o644))
    }
}
