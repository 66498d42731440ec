internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneSupport

/// The `window:…` channels: what a page may do with its own window, and how it opens others.
@MainActor
struct WindowHandlers {
    let windows: WindowManager

    func register(in router: InvokeRouter) {
        registerState(in: router)
        registerGeometry(in: router)
        router.handle("window:open", .main { request in .json(.string(try open(request).id)) })
        router.handle(
            "window:close",
            .main { request in
                let window = try window(of: request)
                Task { await windows.close(window) }
                return .none
            })
        router.handle("window:getId", .main { request in .json(.string(request.windowID)) })
        router.handle("window:focus", command { $0.native.focus() })
        router.handle("window:startDrag", command { $0.native.startDrag() })
    }

    private func registerState(in router: InvokeRouter) {
        router.handle("window:getTitle", .main { .json(.string(try window(of: $0).title)) })
        router.handle(
            "window:setTitle",
            .main { request in
                try window(of: request).title = try Arguments(request).string("title", maximumBytes: 4096)
                return .none
            })
        router.handle("window:minimize", command { $0.native.minimize() })
        router.handle("window:maximize", command { $0.native.toggleMaximized() })
        router.handle("window:getState", .main { .json(try window(of: $0).native.state.json) })
        router.handle(
            "window:setFullscreen",
            .main { request in
                try window(of: request).native.setFullscreen(try Arguments(request).bool("fullscreen"))
                return .none
            })
        router.handle("window:isFloating", .main { .json(.bool(try window(of: $0).native.isFloating)) })
        router.handle(
            "window:setFloating",
            .main { request in
                try window(of: request).native.setFloating(try Arguments(request).bool("floating"))
                return .none
            })
    }

    private func registerGeometry(in router: InvokeRouter) {
        router.handle("window:getBounds", .main { .json(try window(of: $0).native.bounds().json) })
        router.handle(
            "window:setBounds",
            .main { request in
                let arguments = try Arguments(request)
                try window(of: request).native.setBounds(
                    x: try arguments.optionalNumber("x", in: -32_768...32_767),
                    y: try arguments.optionalNumber("y", in: -32_768...32_767),
                    width: try arguments.optionalNumber("width", in: 1...32_767),
                    height: try arguments.optionalNumber("height", in: 1...32_767))
                return .none
            })
        router.handle(
            "window:center",
            .main { request in
                try window(of: request).native.center()
                return .none
            })
    }

    private func window(of request: InvokeRequest) throws -> ManagedWindow {
        guard let window = windows.window(id: request.windowID) else {
            throw WireError(.unavailable, "window \(request.windowID) is closed")
        }
        return window
    }

    private func command(_ body: @escaping @MainActor (ManagedWindow) -> Void) -> InvokeRouter.Route {
        .main { request in
            body(try window(of: request))
            return .none
        }
    }

    /// `window:open {component, title?, width?, height?, x?, y?, titleBarStyle?, floating?, headless?}`: what isn't given
    /// comes from the configuration's entry for the component.
    private func open(_ request: InvokeRequest) throws -> ManagedWindow {
        let arguments = try Arguments(request)
        var options = windows.options(for: try arguments.string("component", maximumBytes: 256))
        if let title = try arguments.optionalString("title", maximumBytes: 4096) { options.title = title }
        if let width = try arguments.optionalNumber("width", in: 1...32_767) { options.size.width = width }
        if let height = try arguments.optionalNumber("height", in: 1...32_767) { options.size.height = height }
        let x = try arguments.optionalNumber("x", in: -32_768...32_767)
        let y = try arguments.optionalNumber("y", in: -32_768...32_767)
        if let x, let y { options.position = Point(x: x, y: y) }
        if let floating = try arguments.optionalBool("floating") { options.floating = floating }
        if let headless = try arguments.optionalBool("headless") { options.headless = headless }
        if let style = try arguments.optionalString("titleBarStyle", maximumBytes: 64) {
            guard let known = TitleBarStyle(rawValue: style) else {
                let allowed = TitleBarStyle.allCases.map(\.rawValue).joined(separator: ", ")
                throw WireError(.badRequest, "titleBarStyle is \"\(style)\", expected one of \(allowed)")
            }
            options.titleBarStyle = known
        }
        return try windows.open(options)
    }
}

extension Rect {
    var json: JSONValue {
        .object(["x": .number(x), "y": .number(y), "width": .number(width), "height": .number(height)])
    }
}
