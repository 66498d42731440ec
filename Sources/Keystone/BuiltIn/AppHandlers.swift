internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneScene
internal import KeystoneSupport

/// The `app:…` and `darkMode:…` channels, and `external:openUrl`.
@MainActor
struct AppHandlers {
    let app: AppIdentity
    let paths: AppPaths
    let context: WindowContext
    let quit: @MainActor () -> Void

    func register(in router: InvokeRouter) {
        router.handle("app:getName", .main { _ in .json(.string(app.name)) })
        router.handle("app:getVersion", .main { _ in .json(.string(app.version)) })
        router.handle("app:getId", .main { _ in .json(.string(app.id)) })
        router.handle("app:paths", .main { _ in .json(.object(paths.named)) })
        router.handle("app:getPath", .main { .json(try path($0)) })
        router.handle(
            "app:quit",
            .main { _ in
                quit()
                return .none
            })
        let isDark: InvokeRouter.Route = .main { _ in .json(.bool(context.theme.colorScheme == .dark)) }
        router.handle("darkMode:isDark", isDark)
        router.handle("nativeTheme:isDarkMode", isDark)
        let open: InvokeRouter.Route = .main { request in
            try openURL(try Arguments(request).string("url", maximumBytes: 65_536))
            return .none
        }
        router.handle("external:openUrl", open)
        router.handle("shell:openExternal", open)
        router.handle(
            "host:action",
            .main { request in
                let action = try Arguments(request).string("action", maximumBytes: 1024)
                try context.actions.dispatchDirect(action, windowID: request.windowID)
                return .none
            })
    }

    private func path(_ request: InvokeRequest) throws -> JSONValue {
        let name = try Arguments(request).string("name", maximumBytes: 64)
        let named = paths.named
        guard let path = named[name] else {
            let known = named.map(\.key).sorted().joined(separator: ", ")
            throw WireError(.badRequest, "app:getPath: no path \"\(name)\"; there are \(known)")
        }
        return path
    }

    /// Only addresses that a browser or a mail program opens: a page must not start programs by way of `file:`.
    private func openURL(_ url: String) throws {
        guard OutsideAddress.isAllowed(url) else {
            throw WireError(.forbidden, "only http, https, mailto and tel addresses can be opened")
        }
        try context.platform.openExternally(url)
    }
}
