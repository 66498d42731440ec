import Keystone

/// Greets the pages, and counts how often.
actor Greeter: ServicePlugin, DefaultInitializable {
    nonisolated let serviceName = "greeter"
    private var count = 0

    func initialize(_ context: CoreContext) async throws {
        context.handle("hello:greet") { (name: String) in await self.greeting(for: name) }
        await context.onMainThread {
            context.onUnhandledAction { action, _ in
                guard action == "hello:greet" else { return }
                Task { try context.ipc.web.push("hello:greeting", await self.greeting(for: "you")) }
            }
        }
    }

    private func greeting(for name: String) -> Greeting {
        count += 1
        return Greeting(text: "Hello, \(name)!", count: count)
    }
}

struct Greeting: Codable, Sendable {
    var text: String
    var count: Int
}
