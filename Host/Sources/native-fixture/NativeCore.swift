import Keystone

/// Notes the order of the app's life, and what it hears of its processes.
final class NativeCore: CorePlugin {
    let coreName = "NativeCore"

    func initialize(_ context: CoreContext) throws {
        context.log.info("order: initialize")
        context.onBeforeRun { context.log.info("order: beforeRun, windows: \(context.windows.all.count)") }
        context.onWindowCreated { window in
            context.log.info("order: window \(window.component)")
            window.handle("native:own") { () -> String in "window \(window.id)" }
        }
        context.onShutdown {
            context.log.info("order: shutdown, windows: \(context.windows.all.count)")
            do {
                let database = try context.database()
                try database.setValue((try database.value(Int.self, forKey: "ends") ?? 0) + 1, forKey: "ends")
            } catch {
                context.log.error("\(error)")
            }
        }
        context.onBunCrash { context.log.info("bun crash \($0)") }
        context.onBunRestart { context.log.info("bun restart \($0)") }
        context.onWebViewCrash { context.log.info("web view crash in \($0)") }
        context.onUnhandledAction { action, source in context.log.info("action \(action) from \(source)") }
        context.onServicePush { channel, data in context.log.info("push \(channel) \(data)") }
    }
}

/// Found through the service locator by the handlers.
actor Clock: ServicePlugin {
    nonisolated let serviceName = "clock"
    private var ticks = 0

    func initialize(_ context: CoreContext) async throws {
        context.log.info("order: clock")
        context.register(service: self)
    }

    func tick() -> Int {
        ticks += 1
        return ticks
    }

    func shutdown() async { Logger("app").info("order: clock ends after \(ticks) ticks") }
}

final class Broken: ServicePlugin {
    struct NoLuck: Error {}
    let serviceName = "broken"
    func initialize(_ context: CoreContext) async throws { throw NoLuck() }
}
