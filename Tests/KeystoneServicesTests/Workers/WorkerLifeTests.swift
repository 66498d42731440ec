import Glibc
import KeystoneCore
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Testing

@Suite(.serialized, .enabled(if: TestBun.path != nil, "no Bun on this machine"))
struct WorkerLifeTests {
    private typealias H = WorkerHarness

    @Test func startsAfterMainBunWithItsVariables() async throws {
        let app = try H([
            H.worker("data") {
                $0.browserAccess = true
                $0.env = ["OWN": "1"]
                $0.ownStore = true
            },
            H.worker("ext") {
                $0.isExtensionHost = true
                $0.sandbox = false
                $0.allowedChannels = ["ext:", "x"]
            },
            H.worker("later") { $0.autoStart = false },
        ])
        let data = try #require(app.workers["data"])
        // Asked before anything runs: it waits.
        async let early = data.query("environment", timeout: H.patience)
        #expect(!data.isRunning && data.processID == nil)
        try await app.start()
        let variables = try await early
        #expect(variables["KEYSTONE_WORKER_NAME"] == "data")
        #expect(variables["KEYSTONE_SERVICES_DIR"] == "workers/any")
        #expect(variables["KEYSTONE_APP_ROOT"]?.string == app.directory.path + "/bun")
        #expect(variables["KEYSTONE_APP_ID"] == "com.example.test" && variables["KEYSTONE_APP_NAME"] == "Test")
        #expect(variables["KEYSTONE_NETWORK_MODE"] == "allowlist")
        #expect(variables["KEYSTONE_NETWORK_ENDPOINTS"] == "a.example,*.b.example")
        #expect(variables["KEYSTONE_BROWSER_ACCESS"] == "true" && variables["KEYSTONE_EXTENSION_HOST"] == "false")
        #expect(variables["KEYSTONE_STORE"] == "own" && variables["OWN"] == "1")
        #expect(variables["KEYSTONE_WORKER_TOKEN"]?.string?.utf8.count == 64)
        #expect(variables["KEYSTONE_SESSION_TOKEN"] == nil && variables["KEYSTONE_PORT"] == nil)
        let other = try await app.query("ext", "environment")
        #expect(other["KEYSTONE_EXTENSION_HOST"] == "true" && other["KEYSTONE_ALLOWED_CHANNELS"] == "ext:,x")
        #expect(other["KEYSTONE_WORKER_TOKEN"] == nil && other["KEYSTONE_STORE"] == "shared")
        #expect(try await eventually { data.isRunning && data.services == ["s"] && data.port != nil })

        await #expect { try await app.query("later", "pid") } throws: {
            ($0 as? WireError)?.message.contains("autoStart") == true
        }
        try await app.workers.start("later")
        #expect(try await app.query("later", "pid").int == app.workers["later"]?.processID.map(Int.init))
        await app.stop()
    }

    @Test func spawnedWorkersComeAndGo() async throws {
        let app = try H()
        try await app.start()
        let worker = try app.workers.spawn(H.worker("temp"))
        let pid = try #require(try await worker.query("pid", timeout: H.patience).int)
        #expect(throws: WorkerError.self) { try app.workers.spawn(H.worker("temp")) }
        try await app.workers.stop("temp")
        #expect(!processExists(Int32(pid)) && app.workers["temp"] == nil && !worker.isRunning)
        await #expect { try await worker.query("pid", timeout: H.patience) } throws: {
            ($0 as? WireError)?.code == .unavailable
        }
        // The name is free again.
        _ = try await app.workers.spawn(H.worker("temp")).query("pid", timeout: H.patience)
        await app.stop()
        #expect { try app.workers.spawn(H.worker("late")) } throws: { ($0 as? WorkerError)?.code == .unavailable }
    }

    @Test(arguments: ["", "main", "a/b", ".hidden", "a b", String(repeating: "n", count: 65), "ü"])
    func badNamesAreRefused(name: String) throws {
        let app = try H()
        #expect { try app.workers.spawn(H.worker(name)) } throws: {
            ($0 as? WorkerError)?.code == .badConfiguration && "\($0)".contains("name must be")
        }
    }

    @Test(arguments: ["/etc", "..", "a/../..", ".", "", "workers/../../x"])
    func directoriesOutsideTheBunRootAreRefused(path: String) throws {
        let app = try H()
        #expect { try app.workers.spawn(H.worker("w") { $0.servicesDir = path }) } throws: {
            ($0 as? WorkerError)?.code == .badConfiguration && "\($0)".contains("servicesDir")
        }
    }

    @Test func aMissingDirectoryIsAnErrorThatNamesIt() async throws {
        let app = try H()
        try await app.start()
        let worker = try app.workers.spawn(H.worker("w") { $0.servicesDir = "workers/none" })
        await #expect { try await worker.query("pid", timeout: H.patience) } throws: {
            ($0 as? WireError)?.code == .unavailable && "\($0)".contains("bun/workers/none is not a directory")
        }
        #expect { try app.workers["none"] ?? app.workers.spawn(H.worker("w")) } throws: {
            ($0 as? WorkerError)?.code == .duplicate
        }
        await app.stop()
    }

    @Test func theReportsOfACrashAndARestart() async throws {
        let app = try H([H.worker("w") { $0.maxRestarts = 2 }])
        try await app.start()
        let worker = try #require(app.workers["w"])
        let crashes = Collected<Int32?>()
        let restarts = Collected<Int>()
        worker.onCrash { crashes.add($0) }
        worker.onRestart { restarts.add($0) }
        let first = try #require(try await worker.query("pid", timeout: H.patience).int)
        // Open when it dies: rejects at once.
        let open = Task { try await worker.query("hang", timeout: nil) }
        #expect(try await eventually { try await app.heard("hung", by: "w").count == 1 })
        kill(Int32(first), SIGKILL)
        await #expect { try await open.value } throws: { ($0 as? WireError)?.code == .unavailable }
        // Asked while it is down: waits for the next one.
        let second = try #require(try await worker.query("pid", timeout: H.patience).int)
        #expect(second != first)
        #expect(try await eventually { crashes.values == [137] && restarts.values == [1] })

        await #expect(throws: WireError.self) { try await worker.query("exit", args: 7) }
        _ = try await worker.query("pid", timeout: H.patience)
        await #expect(throws: WireError.self) { try await worker.query("exit", args: 8) }
        await #expect { try await worker.query("pid", timeout: H.patience) } throws: {
            "\($0)".contains("given up after 2 restarts (maxRestarts)")
        }
        #expect(try await eventually { crashes.values == [137, 7, 8] && restarts.values == [1, 2] })
        #expect(!worker.isRunning && worker.services.isEmpty)
        // A person may start it again.
        try await app.workers.start("w")
        _ = try await worker.query("pid", timeout: H.patience)
        await app.stop()
    }

    @Test func aStableRunForgetsTheRestartsBeforeIt() async throws {
        var timing = WorkerTiming()
        timing.stableRun = .zero
        let app = try H([H.worker("w") { $0.maxRestarts = 1 }], timing: timing)
        try await app.start()
        let attempts = Collected<Int>()
        app.workers["w"]?.onRestart { attempts.add($0) }
        for _ in 1...3 {
            await #expect(throws: WireError.self) { try await app.query("w", "exit", 1) }
            _ = try await app.query("w", "pid")
        }
        #expect(try await eventually { attempts.values == [1, 1, 1] })
        await app.stop()
    }

    @Test func aQuestionThatWouldNotLiveToSeeTheRestartRejectsAtOnce() async throws {
        let app = try H([H.worker("w") { $0.baseBackoffMs = 20_000 }])
        try await app.start()
        await #expect(throws: WireError.self) { try await app.query("w", "exit", 1) }
        #expect(
            try await eventually {
                do {
                    _ = try await app.workers["w"]?.query("pid", timeout: .seconds(10))
                } catch let error as WireError {
                    return error.code == .unavailable && error.message.contains("starts again in")
                }
                return false
            })
        await app.stop()
    }

    @Test func workersOutliveMainBun() async throws {
        let app = try H([H.worker("w")])
        try await app.start()
        let pid = try await app.query("w", "pid")
        try await app.replace("main")
        app.workers.mainIsReady()
        #expect(try await app.query("w", "pid") == pid)
        #expect(try await app.ask("main", of: "w", "pid") == ["ok": pid])
        await app.stop()
    }

    @Test func twentyStartAndStopAndLeaveNothing() async throws {
        let before = openDescriptors()
        let app = try H((1...20).map { H.worker("w\($0)") })
        try await app.start()
        var pids: [Int32] = []
        for number in 1...20 { pids.append(Int32(try #require(try await app.query("w\(number)", "pid").int))) }
        #expect(Set(pids).count == 20)
        await app.stop()
        #expect(pids.allSatisfy { !processExists($0) })
        #expect(try await eventually { openDescriptors() <= before })
        #expect(app.workers.all.isEmpty)
    }

    @Test func workersThatSpinAreMadeToEndTogether() async throws {
        var timing = WorkerTiming()
        timing.shutdownGrace = .milliseconds(200)
        timing.killGrace = .milliseconds(100)
        let app = try H((1...4).map { H.worker("w\($0)") }, timing: timing)
        try await app.start()
        var pids: [Int32] = []
        var open: [Task<JSONValue, any Error>] = []
        for number in 1...4 {
            pids.append(Int32(try #require(try await app.query("w\(number)", "pid").int)))
            let worker = try #require(app.workers["w\(number)"])
            open.append(Task { try await worker.query("spin", timeout: nil) })
        }
        let since = ContinuousClock.now
        await app.workers.stopAll()
        #expect(since.duration(to: .now) < .seconds(2))
        #expect(pids.allSatisfy { !processExists($0) })
        for question in open {
            await #expect { try await question.value } throws: { ($0 as? WireError)?.code == .unavailable }
        }
        await app.main.stop()
    }
}
