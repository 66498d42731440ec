import Glibc
import KeystoneCore
import KeystoneSupport

@testable import KeystoneGtk

extension Scenarios {
    static func showsWebContent(_ stage: Stage) async throws {
        let window = try stage.window()
        let view = window.attachWebView(stage.environment)
        let pages = TestPages(stage.environment, ["/a": "<body style='margin:0;height:50px;background:#f00'>hello"])
        window.show()
        _ = try await TestPages.load("/a", in: view, stage)
        stage.expectEqual(try await view.evaluate("return document.body.textContent"), "\"hello\"")
        try await stage.twoFrames(view)
        let picture = try Picture(png: try await window.snapshotPNG())
        stage.keep(picture, "web-content")
        stage.expectEqual(picture.color(100, 100), Picture.Pixel(255, 0, 0))
        stage.expectEqual(pages.requests.map(\.webViewID), [view.id])
    }

    static func loadsNoDriver(_ stage: Stage) async throws {
        guard stage.platform.rendering.mode == .software else { return }
        let window = try stage.window()
        let view = window.attachWebView(stage.environment)
        _ = TestPages(stage.environment, ["/a": "hello"])
        window.show()
        _ = try await TestPages.load("/a", in: view, stage)
        try await stage.twoFrames(view)
        let maps = String(decoding: try SmallFile.read("/proc/self/maps", limit: 16 << 20), as: UTF8.self)
        stage.expect(maps.contains("libwebkitgtk"), "the maps are not this process's")
        for driver in ["_dri.so", "libLLVM", "libEGL_mesa", "libgallium"] {
            stage.expect(!maps.contains(driver), "\(driver) is loaded")
        }
    }

    static func evaluates(_ stage: Stage) async throws {
        let view = try stage.headlessView()
        _ = TestPages(stage.environment, ["/a": "hello"])
        _ = try await TestPages.load("/a", in: view, stage)
        stage.expectEqual(try await view.evaluate("return undefined"), "null")
        stage.expectEqual(
            try await view.evaluate("await new Promise(d => setTimeout(d, 5)); return {a: [1, 'ü\\u0000']}"),
            #"{"a":[1,"ü\u0000"]}"#)
        for (body, expected) in [
            ("throw new TypeError('bad')", "TypeError: bad"), ("throw 'plain'", "plain"), ("return (", "SyntaxError"),
            ("const a = {}; a.a = a; return a", "TypeError"),
        ] {
            do {
                let value = try await view.evaluate(body)
                stage.fail("\(body) gave \(value)")
            } catch let error as ScriptError {
                stage.expect(error.message.contains(expected), "\(body): \(error.message)")
            }
        }
    }

    static func survivesKilledProcess(_ stage: Stage) async throws {
        let window = try stage.window()
        let view = window.attachWebView(stage.environment)
        _ = TestPages(stage.environment, ["/a": "hello"])
        window.show()
        let events = try await TestPages.load("/a", in: view, stage)
        let pending = Task { try await view.evaluate("await new Promise(() => {})") }
        let processes = ProcessTree.descendants(named: "WebKitWebProces")
        stage.expectEqual(processes.count, 1)
        for pid in processes { kill(pid, SIGKILL) }
        try await stage.until("the report") { !events.terminations.isEmpty }
        stage.expectEqual(events.terminations, ["crashed"])
        if case .success(let value) = await pending.result { stage.fail("a dead page answered \(value)") }
        _ = try await TestPages.load("/a", in: view, stage)
        stage.expectEqual(try await view.evaluate("return 1 + 1"), "2")
    }

    static func confinesPages(_ stage: Stage) async throws {
        let window = try stage.window()
        let view = window.attachWebView(stage.environment)
        _ = TestPages(
            stage.environment,
            [
                "/a": """
                <iframe id=f src="test://elsewhere/frame"></iframe><a id=out href="http://127.0.0.1:5999/out">out</a>
                <a id=blank target=_blank href="test://pages/a">blank</a>
                """
            ])
        window.show()
        let events = try await TestPages.load("/a", in: view, stage)
        stage.expectEqual(events.navigations, [])
        for (id, uri) in [("out", "http://127.0.0.1:5999/out"), ("blank", "test://pages/a")] {
            view.run("document.getElementById('\(id)').click()")
            try await stage.until(uri) { events.navigations.last == uri }
        }
        view.run("window.open('test://elsewhere/popup')")
        view.run("location.href = 'test://elsewhere/script'")
        try await stage.until("the script's navigation") { events.navigations.last == "test://elsewhere/script" }
        stage.expectEqual(try await view.evaluate("return location.href"), "\"test://pages/a\"")
        stage.expectEqual(events.failures, [])
        stage.expectEqual(
            try await view.evaluate(
                "return (await navigator.permissions.query({name: 'geolocation'}).catch(() => ({state: 'none'}))).state"
            ) == "\"granted\"", false)
    }
}
