import Foundation
import Testing

@Suite struct CreateTests {
    let sandbox: Sandbox
    let engine: String

    init() throws {
        sandbox = try Sandbox()
        engine = try sandbox.makeEngine()
    }

    @Test func aNewAppIsCompleteAndValid() throws {
        let result = try sandbox.keystone(["create", "2 my-notes"])
        #expect(result.code == 0)
        #expect(result.out.contains("keystone run"))
        for file in [
            "keystone.json", "README.md", ".gitignore", "bun/keystone.config.ts", "bun/host.ts", "bun/tsconfig.json",
            "bun/package.json", "bun/web/app.ts", "bun/web/app.css", "bun/services/greeter.ts",
        ] {
            #expect(sandbox.exists("2 my-notes/\(file)"), "\(file) is missing")
        }
        #expect(try sandbox.read("2 my-notes/keystone.json").contains(#""id": "com.example.app-2-my-notes""#))
        #expect(sandbox.link("2 my-notes/bun/node_modules/@keystone/sdk") == "\(engine)/bun/sdk")
        let check = try sandbox.keystone(["check", "2 my-notes"])
        #expect(check.code == 0)
        #expect(check.err.isEmpty)
    }

    @Test(arguments: ["vanilla", "react", "svelte", "vue"])
    func everyTemplateIsValidAndFilledIn(template: String) throws {
        let name = #"A "quoted" \ name"#
        let result = try sandbox.keystone(["create", "app", "--template", template, "--name", name, "--id", "org.x.y"])
        #expect(result.code == 0)
        #expect(try sandbox.keystone(["check", "app", "--print"]).out.contains(#""A \"quoted\" \\ name""#))
        let files = try #require(FileManager.default.enumerator(atPath: sandbox.path + "/app"))
        for case let file as String in files where !file.contains("node_modules") {
            let text = try? sandbox.read("app/\(file)")
            #expect(text?.contains("{{NAME}}") != true && text?.contains("{{ID}}") != true, "\(file)")
        }
        let dependencies = try sandbox.read("app/bun/package.json")
        #expect(dependencies.contains("dependencies") == (template != "vanilla"))
    }

    @Test(arguments: ["vanilla", "react", "svelte", "vue"])
    func aNativeAppHasACoreAndAPluginThatItsPageUses(template: String) throws {
        let name = #"A "\(quoted)" \ name"#
        let result = try sandbox.keystone(["create", "app", "--native", "--template", template, "--name", name])
        #expect(result.code == 0, "\(result.err)")
        #expect(try sandbox.read("app/app/AppCore.swift").contains(#"coreName = "A \"\\(quoted)\" \\ name""#))
        #expect(sandbox.exists("app/plugins/SystemLoad.swift"))
        #expect(!sandbox.exists("app/bun/services"))
        let page = ["react": "web/app.tsx", "svelte": "src/App.svelte"][template] ?? "web/app.ts"
        let text = try sandbox.read("app/bun/\(page)")
        #expect(text.contains(#"invoke<string>("greeter:greet""#))
        #expect(text.contains(#"subscribe<Load>("system:load""#))
        let ignored = try sandbox.read("app/.gitignore")
        for line in ["dylib/lib*.so", ".keystone/", "compile_commands.json"] { #expect(ignored.contains("\(line)\n")) }
        #expect(try sandbox.read("app/README.md").contains("keystone add plugin"))
        #expect(try sandbox.keystone(["check", "app"]).code == 0)
    }

    @Test func withoutNativeAnAppHoldsNoSwift() throws {
        #expect(try sandbox.keystone(["create", "app"]).code == 0)
        let files = try #require(FileManager.default.enumerator(atPath: sandbox.path + "/app"))
        for case let file as String in files where !file.contains("node_modules") {
            #expect(!file.hasSuffix(".swift") && !["app", "plugins", "dylib"].contains(file))
        }
    }

    @Test(arguments: [
        ("my_first-app", "My First App", "my_first-app"), ("Привет мир", "Привет Мир", "Привет мир"),
        ("it's", "It's", #"it'\''s"#), ("x$(y)", "X Y", "x$(y)"), ("🎉", "App", "🎉"),
    ])
    func namesComeFromTheDirectoryWhateverItIsCalled(directory: String, name: String, quoted: String) throws {
        let result = try sandbox.keystone(["create", directory])
        #expect(result.code == 0)
        #expect(result.out.hasPrefix("Created \(name) in \(sandbox.path)/\(directory)\n"))
        #expect(result.out.contains("  cd \(quoted)\n") || result.out.contains("  cd '\(quoted)'\n"))
        #expect(try sandbox.keystone(["check", directory]).code == 0)
    }

    @Test func theNextStepsNameTheCommandAsItCanBeCalled() throws {
        #expect(try sandbox.keystone(["create", "one"]).out.contains("/keystone run\n"))
        try sandbox.write("bin/keystone", "", executable: true)
        let known = try sandbox.keystone(["create", "two"], environment: ["PATH": sandbox.path + "/bin:/usr/bin:/bin"])
        #expect(known.out.contains("\n  keystone run\n"))
    }

    @Test func aDirectoryThatIsNotEmptyIsRefused() throws {
        try sandbox.write("full/mine.txt", "x")
        let result = try sandbox.keystone(["create", "full"])
        #expect(result.code == 1)
        #expect(result.err.contains("is not empty"))
        #expect(!sandbox.exists("full/keystone.json"))
        try sandbox.write("file", "x")
        #expect(try sandbox.keystone(["create", "file"]).err.contains("no directory"))
    }

    @Test func anEmptyDirectoryIsFine() throws {
        try FileManager.default.createDirectory(atPath: sandbox.path + "/empty", withIntermediateDirectories: true)
        #expect(try sandbox.keystone(["create", "."], in: sandbox.path + "/empty").code == 0)
        #expect(sandbox.exists("empty/keystone.json"))
    }
}
