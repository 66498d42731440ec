import KeystoneCore
import KeystoneSupport
import Testing

@Suite struct AppPathsTests {
    private func paths(_ environment: [String: String], id: String = "com.example.notes") -> AppPaths {
        AppPaths(appID: id, appRoot: "/apps/notes", environment: environment)
    }

    @Test func directoriesFollowTheBaseDirectorySpecification() {
        let plain = paths(["HOME": "/home/u"])
        #expect(plain.data == "/home/u/.local/share/com.example.notes")
        #expect(plain.config == "/home/u/.config/com.example.notes")
        #expect(plain.cache == "/home/u/.cache/com.example.notes")
        #expect(plain.state == "/home/u/.local/state/com.example.notes")
        #expect(plain.temp == "/tmp")
        let given = paths(["HOME": "/home/u", "XDG_DATA_HOME": "/d", "XDG_CACHE_HOME": "relative", "TMPDIR": "/t/"])
        #expect(given.data == "/d/com.example.notes")
        #expect(given.cache == "/home/u/.cache/com.example.notes")
        #expect(given.temp == "/t")
    }

    @Test(arguments: ["../../etc", "..", ".", "", "a/b", "a\0b"])
    func idsStayOnePathComponent(id: String) {
        let data = paths(["XDG_DATA_HOME": "/d"], id: id).data
        let name = data.dropFirst("/d/".count)
        #expect(data.hasPrefix("/d/"))
        #expect(!name.isEmpty && name != "." && name != ".." && !name.contains("/") && !name.contains("\0"))
    }

    @Test func pathsOfTheConfigurationAreResolved() {
        let paths = paths(["HOME": "/home/u"])
        #expect(paths.resolve("~/x") == "/home/u/x")
        #expect(paths.resolve("~") == "/home/u")
        #expect(paths.resolve("~x") == "/apps/notes/~x")
        #expect(paths.resolve("$APP_SUPPORT/plugins") == "/home/u/.local/share/com.example.notes/plugins")
        #expect(paths.resolve("$APP_SUPPORTER") == "/apps/notes/$APP_SUPPORTER")
        #expect(paths.resolve("/abs") == "/abs")
        #expect(paths.resolve("dylib") == "/apps/notes/dylib")
    }

    @Test func userDirectoriesComeFromTheirFile() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            "user-dirs.dirs",
            """
            # comment
            XDG_DOCUMENTS_DIR="$HOME/Dokumente"
            XDG_DOWNLOAD_DIR="/data/incoming/"
            XDG_DESKTOP_DIR="$HOME/"
            XDG_BROKEN
            """)
        let paths = paths(["HOME": "/home/u", "XDG_CONFIG_HOME": directory.path])
        #expect(paths.documents == "/home/u/Dokumente")
        #expect(paths.downloads == "/data/incoming")
        #expect(paths.desktop == "/home/u/Desktop")
        #expect(paths.named["documents"] == "/home/u/Dokumente")
        #expect(paths.named["appRoot"] == "/apps/notes")
    }
}
