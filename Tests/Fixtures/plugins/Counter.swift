import Keystone

/// Uses everything that a plugin may register.
actor Counter: ServicePlugin, CodableStatePlugin {
    nonisolated let serviceName = "counter"
    private var count = 0

    func initialize(_ context: CoreContext) async throws {
        context.log.info("order: counter")
        context.handle("counter:add") { [self] (number: Int) in await add(number) }
        context.handlers(component: "app").handle("counter:version") { () -> Int in version }
        context.http.get("/api/counter") { [self] _ in .json(["count": await count, "version": version]) }
        await listen(context)
    }

    @MainActor
    private func listen(_ context: CoreContext) {
        context.onStream("counter:echo") { stream in
            for try await chunk in stream { try await stream.write(chunk) }
        }
        context.onBeforeRun { context.log.info("order: before run \(version)") }
        context.onWindowCreated { window in
            window.handle("counter:window") { () -> String in "\(window.component) \(version)" }
        }
        context.onUnhandledAction { action, source in context.log.info("action \(action) of \(source), \(version)") }
        context.onServicePush { channel, _ in context.log.info("push \(channel), \(version)") }
    }

    private func add(_ number: Int) -> Int {
        count += number
        return count
    }

    func saveState() -> Int? { count }
    func restoreState(_ count: Int) { self.count = count }

    func shutdown() async { Logger("counter").info("order: counter ends") }
}

private let version = 1

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Counter() } }
