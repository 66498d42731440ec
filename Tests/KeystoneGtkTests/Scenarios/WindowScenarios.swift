import CGtk
import Glibc
import KeystoneCore

@testable import KeystoneGtk

extension Scenarios {
    static func roundTripsBounds(_ stage: Stage) async throws {
        guard stage.platform.info.display == "x11" else { return stage.note("skipped: not X11") }
        for style in [TitleBarStyle.hidden, .none] {
            let window = try stage.window(style, position: Point(x: 120, y: 80))
            window.show()
            try await stage.until("the first bounds") {
                window.bounds() == Rect(x: 120, y: 80, width: 400, height: 300)
            }
            try window.setBounds(x: 200, y: 150, width: 500, height: nil)
            try await stage.until("the new bounds") {
                window.bounds() == Rect(x: 200, y: 150, width: 500, height: 300)
            }
            try window.center()
            try await stage.until("the middle") {
                let bounds = window.bounds()
                return abs(bounds.x + 250 - 640) < 1 && abs(bounds.y + 150 - 400) < 1
            }
            window.close()
            stage.expectEqual(window.bounds(), Rect(x: 0, y: 0, width: 0, height: 0))
        }
    }

    static func freesWindows(_ stage: Stage) async throws {
        _ = TestPages(stage.environment, ["/a": "hello"])
        let environment = stage.environment
        var weak: [WeakReference] = []
        let finalised = FinalisedObjects()
        for round in 0..<50 {
            let window = try stage.window(round % 2 == 0 ? .hidden : .none, headless: round % 5 == 4)
            weak.append(WeakReference(window))
            finalised.watch(UnsafeMutableRawPointer(window.widget))
            if round % 5 == 0 {
                let view = window.attachWebView(environment)
                weak.append(WeakReference(view))
                if let view = view as? WebKitView { finalised.watch(UnsafeMutableRawPointer(view.widget)) }
                _ = try await TestPages.load("/a", in: view, stage)
            }
            window.showMessage(PlatformMessage(title: "Hello", detail: "Again"))
            window.show()
            window.close()
        }
        try await stage.until("all to be freed") { weak.allSatisfy { $0.object == nil } && finalised.remaining == 0 }
    }

    static func refusesToolkitTitleBars(_ stage: Stage) async throws {
        for style in [TitleBarStyle.toolkit, .toolkitNative] {
            do {
                _ = try stage.window(style)
                stage.fail("\(style) was accepted")
            } catch let error as PlatformError {
                stage.expectEqual(error.code, .notSupported)
                stage.expect(error.message.contains("\"hidden\""), "the message names the remedy")
            }
        }
    }

    static func followsColorScheme(_ stage: Stage) async throws {
        stage.expectEqual(stage.platform.colorScheme, .light)
        var seen: [ColorScheme] = []
        stage.platform.onColorSchemeChange = { seen.append($0) }
        let settings = gtk_settings_get_default()
        var dark = GValue()
        g_value_init(&dark, GTypeID.boolean)
        g_value_set_boolean(&dark, 1)
        g_object_set_property(
            UnsafeMutableRawPointer(settings)?.assumingMemoryBound(to: GObject.self),
            "gtk-application-prefer-dark-theme", &dark)
        try await stage.until("dark") { seen == [.dark] }
        stage.expectEqual(stage.platform.colorScheme, .dark)
    }

    static func paintsBackgroundFirst(_ stage: Stage) async throws {
        let window = try stage.window()
        let view = window.attachWebView(stage.environment)
        window.show()
        try await stage.until("a size") { window.content.size.width > 0 }
        let first = try Picture(png: try await window.snapshotPNG())
        stage.expectEqual(first.color(200, 150), Picture.Pixel(0x1e, 0x1e, 0x2e))
        _ = TestPages(stage.environment, ["/a": "<body style='background:transparent'>"])
        _ = try await TestPages.load("/a", in: view, stage)
        try await stage.twoFrames(view)
        let second = try Picture(png: try await window.snapshotPNG())
        stage.keep(second, "background")
        stage.expectEqual(second.color(200, 150), Picture.Pixel(0x1e, 0x1e, 0x2e))
        window.background = Color(hex: 0x336699)
        try await stage.until("the new background") {
            try Picture(png: try await window.snapshotPNG()).color(200, 150) == Picture.Pixel(0x33, 0x66, 0x99)
        }
    }

    static func drags(_ stage: Stage) async throws {
        guard stage.platform.info.display == "x11" else { return stage.note("skipped: xdotool needs X11") }
        let manager = try Helper.start("/usr/bin/openbox", [])
        defer { manager.stop() }
        let screen = gdk_x11_display_get_screen(gdk_display_get_default())
        try await stage.until("the window manager") {
            String(cString: gdk_x11_screen_get_window_manager_name(screen)) == "Openbox"
        }
        let window = try stage.window(.hidden, position: Point(x: 100, y: 100))
        window.show()
        window.startDrag()  // no button is down: nothing happens
        try await stage.until("the place") { window.initialPosition == nil && window.bounds().x == 100 }
        var presses = 0
        window.content.onNativePress = { _ in
            presses += 1
            window.startDrag()
        }
        try Pointer.run("mousemove", "200", "200", "mousedown", "1")
        try await stage.until("the press") { presses == 1 }
        try await stage.until("the drag") {
            try Pointer.run("mousemove_relative", "10", "5")
            return window.bounds().x >= 150
        }
        stage.expectEqual(presses, 1)
        try Pointer.run("mouseup", "1")
        window.toggleMaximized()
        try await stage.until("maximized") { window.state.maximized }
        window.toggleMaximized()
        try await stage.until("restored") { !window.state.maximized }
    }

    static func endsOnSignals(_ stage: Stage) async throws {
        var signals = 0
        stage.platform.onTerminationSignal = { signals += 1 }
        for number in [SIGTERM, SIGINT, SIGTERM] {
            let before = signals
            kill(getpid(), number)
            try await stage.until("signal \(number)") { signals == before + 1 }
        }
    }

    static func replacesWebView(_ stage: Stage) async throws {
        let window = try stage.window()
        _ = TestPages(stage.environment, ["/a": "hello"])
        window.show()
        for _ in 0..<3 {
            let view = window.attachWebView(stage.environment)
            _ = try await TestPages.load("/a", in: view, stage)
            window.detachWebView()
            try await stage.until("the end of the process") {
                ProcessTree.descendants(named: "WebKitWebProces").isEmpty
            }
        }
        window.showMessage(PlatformMessage(title: "The page could not be started", detail: "Twice in a row."))
        try await stage.until("a size") { window.content.size.width > 0 }
        stage.keep(try Picture(png: try await window.snapshotPNG()), "message")
    }

    static func passesClicksThrough(_ stage: Stage) async throws {
        guard stage.platform.info.display == "x11" else { return stage.note("skipped: xdotool needs X11") }
        let window = try stage.window(.none, position: Point(x: 100, y: 100))
        let view = window.attachWebView(stage.environment)
        _ = TestPages(
            stage.environment,
            ["/a": "<body style='margin:0'><script>n = 0; onpointerdown = () => n++</script>"])
        var native: [Point] = []
        window.content.onNativePress = { native.append($0) }
        window.show()
        _ = try await TestPages.load("/a", in: view, stage)
        try await stage.until("the place") { window.bounds().x == 100 }
        view.setHitRegions([Rect(x: 0, y: 0, width: 100, height: 100)])
        try Pointer.click(x: 150, y: 150)
        try await stage.until("the click in the page") { try await view.evaluate("return n") == "1" }
        stage.expectEqual(native, [])
        try Pointer.click(x: 300, y: 300)
        try await stage.until("the click under the page") { native == [Point(x: 200, y: 200)] }
        stage.expectEqual(try await view.evaluate("return n"), "1")
        view.setHitRegions(nil)
        try Pointer.click(x: 300, y: 300)
        try await stage.until("the second click in the page") { try await view.evaluate("return n") == "2" }
    }

    static func runsHeadless(_ stage: Stage) async throws {
        let window = try stage.window(width: 640, height: 360, headless: true)
        let view = window.attachWebView(stage.environment)
        _ = TestPages(
            stage.environment, ["/a": "<body style='margin:0;background:linear-gradient(#f00,#f00)'>"])
        window.show()
        _ = try await TestPages.load("/a", in: view, stage)
        stage.expectEqual(try await view.evaluate("return [innerWidth, innerHeight]"), "[640,360]")
        stage.expectEqual(try await view.evaluate("return document.visibilityState"), "\"visible\"")
        let ticks = try await view.evaluate(
            """
            let ticks = 0; const timer = setInterval(() => ticks++, 10);
            const start = performance.now();
            while (ticks < 10) await new Promise(d => setTimeout(d, 5));
            clearInterval(timer); return performance.now() - start;
            """)
        stage.expect((Double(ticks) ?? 9999) < 900, "timers run unthrottled: 10 ticks took \(ticks) ms")
        try await stage.twoFrames(view)
        let picture = try Picture(png: try await window.snapshotPNG())
        stage.keep(picture, "headless")
        stage.expectEqual(picture.color(320, 180), Picture.Pixel(255, 0, 0))
        try window.setBounds(x: nil, y: nil, width: 800, height: 600)
        try await stage.until("the new size") {
            try await view.evaluate("return [innerWidth, innerHeight]") == "[800,600]"
        }
        stage.expect(gtk_widget_get_mapped(window.widget) == 0, "the window was never shown")
    }
}
