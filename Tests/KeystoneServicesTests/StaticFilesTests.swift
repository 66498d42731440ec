import Glibc
import KeystoneServices
import KeystoneSupport
import Testing

@Suite struct StaticFilesTests {
    private let directory: TemporaryDirectory
    private var root: String { directory.path + "/bun" }

    init() throws {
        directory = try TemporaryDirectory()
        let files = [
            "bun/web/app.css", "bun/web/logo.PNG", "bun/web/app.ts", "bun/web/a b.txt", "bun/web/.env", "bun/.git/x.js",
            "bun/data/services.db", "bun/data/x.json", "bun/services/notes.js", "bun/node_modules/m/i.js",
            "bun/web/node_modules/m/i.js", "bun/workers/w.js", "bun/keystone.config.js", "bun/keystone.json",
            "bun/tsconfig.json", "bun/package.json", "bun/web/noext", "bun/web/c.svelte", "bun/web/ok.json",
            "bun/bun.lock", "bun/web/data/chart.json", "secret.txt", "bunny/x.txt",
        ]
        for file in files {
            let path = directory.path + "/" + file
            try makeDirectories(parentDirectory(of: path))
            try SmallFile.replace(path, with: Array(file.utf8))
        }
        symlink(directory.path + "/secret.txt", root + "/web/out.txt")
        symlink(root + "/web/app.css", root + "/web/in.css")
        symlink(root + "/data/x.json", root + "/web/data.json")
        symlink(directory.path, root + "/web/up")
    }

    @Test(arguments: [
        ("/web/app.css", "/web/app.css", "text/css; charset=utf-8"),
        ("/web/logo.PNG", "/web/logo.PNG", "image/png"),
        ("/web/a%20b.txt?t=1", "/web/a b.txt", "text/plain; charset=utf-8"),
        ("/web//app%2ecss#x", "/web/app.css", "text/css; charset=utf-8"),
        ("/web/in.css", "/web/app.css", "text/css; charset=utf-8"),
        ("/web/ok.json", "/web/ok.json", "application/json"),
        ("/web/data/chart.json", "/web/data/chart.json", "application/json"),
    ])
    func servesAssets(path: String, file: String, type: String) {
        #expect(StaticFiles.resolve(path, root: root) == .file(path: root + file, type: type))
    }

    @Test(arguments: [
        "", "/", "/web", "/web/", "web/app.css", "/web/app.css/", "/web/missing.css", "/web/app.ts", "/web/c.svelte",
        "/web/noext", "/web/.env", "/web/%2eenv", "/.git/x.js", "/../secret.txt", "/web/../../secret.txt",
        "/web/..%2f..%2fsecret.txt", "/%2e%2e/secret.txt", "/web/%2e%2e/%2e%2e/secret.txt",
        "/web/%252e%252e/%252e%252e/secret.txt", "/web/..\\..\\secret.txt", "/web/..%5c..%5csecret.txt",
        "/web/app.css%00.png", "/web/app%00.css", "/web/%", "/web/%zz.css", "/web/%ff.css", "/web/./app.css",
        "/data/services.db", "/data/x.json", "/DATA/x.json", "/%64ata/x.json", "//data/x.json", "/services/notes.js",
        "/node_modules/m/i.js", "/web/node_modules/m/i.js", "/workers/w.js", "/keystone.config.js", "/keystone.json",
        "/tsconfig.json", "/package.json", "/PACKAGE.JSON", "/bun.lock", "/web/out.txt", "/web/data.json",
        "/web/up/secret.txt", "/../bunny/x.txt", "/web/up/bunny/x.txt",
    ])
    func hidesEverythingElse(path: String) {
        #expect(StaticFiles.resolve(path, root: root) == .notFound)
    }
}
