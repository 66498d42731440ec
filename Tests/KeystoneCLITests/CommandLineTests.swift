import Testing

@Suite struct CommandLineTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(arguments: [["--version"], ["run", "--version"], ["create", "x", "--version"]])
    func versionEverywhere(arguments: [String]) throws {
        let result = try sandbox.keystone(arguments)
        #expect(result.code == 0)
        #expect(result.out == "keystone 0.1.0\n")
    }

    @Test(arguments: ["create", "add", "run", "build", "check", "types", "sign", "doctor"])
    func helpEverywhere(command: String) throws {
        let result = try sandbox.keystone([command, "--help"])
        #expect(result.code == 0)
        #expect(result.out.hasPrefix("usage: keystone \(command)"))
        #expect(result.out.contains("--help"))
        #expect(try sandbox.keystone(["--help"]).out.contains("  \(command) "))
    }

    @Test(arguments: [
        (["rnu"], "Did you mean keystone run?"), (["chekc"], "Did you mean keystone check?"),
        (["zzz"], "Try keystone --help"),
        (["run", "--screnshot", "x.png"], "did you mean --screenshot?"), (["run", "--eval"], "needs a value"),
        (["run", "--timeout", "soon"], "expected seconds"), (["run", "--timeout", "-1"], "expected seconds"),
        (["run", "--window", "app"], "goes with --eval"), (["run", "a", "b"], "unexpected argument \"b\""),
        (["check", "--print=1"], "takes no value"), (["check", "--print", "--print"], "given twice"),
        (["create"], "DIR is missing"), (["create", ""], "DIR is empty"), (["run", ""], "[DIR] is empty"),
        (["create", "x", "--template", "recat"], "did you mean react?"),
        (["create", "x", "--id", "no dots"], "reverse DNS"), (["create", "x", "--name", " "], "one line"),
        (["-x"], "unknown command"),
    ])
    func wrongUsageIsExplainedWithCode2(arguments: [String], message: String) throws {
        _ = try sandbox.makeEngine()
        let result = try sandbox.keystone(arguments)
        #expect(result.code == 2)
        #expect(result.err.contains(message))
        #expect(result.out.isEmpty)
        #expect(!sandbox.exists("x"))
    }

    @Test func noArgumentsShowTheHelpWithCode2() throws {
        let result = try sandbox.keystone([])
        #expect(result.code == 2)
        #expect(result.err.contains("usage: keystone COMMAND"))
    }

    @Test func doctorKnowsTheHostAndAWrongOneIsExplained() throws {
        _ = try sandbox.makeEngine()
        try sandbox.write("host", "#!/bin/sh\n", executable: true)
        let fine = try sandbox.keystone(["doctor"], environment: ["KEYSTONE_HOST": sandbox.path + "/host"])
        #expect(fine.out.contains("ok       Host                  \(sandbox.path)/host"))
        let wrong = try sandbox.keystone(["doctor"], environment: ["KEYSTONE_HOST": "/nowhere"])
        #expect(wrong.code == 1)
        #expect(wrong.out.contains("MISSING  Host                  KEYSTONE_HOST is /nowhere, but no program is there"))
    }

    @Test func doctorReportsWhatIsMissing() throws {
        _ = try sandbox.makeEngine()
        try sandbox.write(
            "home/.cache/keystone/rendering.json",
            #"{"mode":"software","reason":"no GPU","date":"2026-01-02T03:04:05Z","machine":"m","isSafeMode":true}"#)
        let result = try sandbox.keystone(["doctor"], environment: ["KEYSTONE_BUN": "/nowhere/bun"])
        #expect(result.code == 1)
        #expect(result.out.contains("MISSING  Bun"))
        #expect(result.out.contains("→ Install Bun 1.3 or newer"))
        #expect(result.out.contains("software, no GPU, since 2026-01-02T03:04:05Z"))
        #expect(result.out.contains("Missing: Host, Bun"))
    }
}
