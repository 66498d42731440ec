import KeystoneCore

@testable import KeystoneGtk

extension Scenarios {
    static func showsWebContent(_ stage: Stage) async throws {
        let window = try stage.window()
        let view = window.attachWebView(stage.environment)
        let pages = TestPages(stage.environment, ["/a": "<body style='margin:0;height:50px;background:#f00'>hello"])
        window.show()
        _ = try await TestPages.load("/a", in: view, stage)
        stage.expectEqual(try await view.evaluate("return document.body.textContent"), "\"hello\"")
        _ = try await view.evaluate("await new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")
        let png = try await window.snapshotPNG()
        stage.keep(png, "web-content")
        stage.expect(png.count > 100, "a picture")
        stage.expectEqual(pages.requests.count, 1)
        stage.note("\(window.bounds()) \(window.controlInsets) \(stage.platform.info)")
    }
}
