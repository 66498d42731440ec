import KeystoneCore
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Testing

@testable import Keystone

/// What a plugin registers, in the places where it does.
@MainActor
@Suite struct OwnershipTests {
    private let router = InvokeRouter()
    private let old = RegistrationOwner(name: "plugin")
    private let new = RegistrationOwner(name: "plugin")

    private func answer(_ channel: String, window: String = "1", component: String = "app") async throws -> String {
        let request = InvokeRequest(channel: channel, windowID: window, component: component, payload: .json(""))
        let route = try router.route(channel: channel, windowID: window, component: component)
        let reply =
            switch route {
            case .main(let handler): try handler(request)
            case .concurrent(let handler): try await handler(request)
            }
        guard case .jsonText(let text) = reply else { return "\(reply)" }
        return text
    }

    private func handlers(_ owner: RegistrationOwner?, _ scope: InvokeRouter.Scope = .app) -> InvokeHandlers {
        InvokeHandlers(router: router, scope: scope, owner: owner)
    }

    @Test func `Handlers of every scope are staged, take over and go`() async throws {
        for scope in [InvokeRouter.Scope.app, .component("app"), .window("1")] {
            handlers(old, scope).handle("\(scope)") { () -> String in "old" }
            handlers(new, scope).handle("\(scope)") { () -> String in "new" }
        }
        for scope in [InvokeRouter.Scope.app, .component("app"), .window("1")] {
            await #expect(throws: WireError.self) { try await answer("\(scope)") }
        }
        old.activate()
        #expect(try await answer("app") == "\"old\"")
        new.activate()
        for scope in [InvokeRouter.Scope.app, .component("app"), .window("1")] {
            #expect(try await answer("\(scope)") == "\"new\"")
        }
        old.end()
        #expect(try await answer("app") == "\"new\"")
        new.end()
        await #expect(throws: WireError.self) { try await answer("app") }
    }

    @Test func `A handler runs as its plugin's code, and what it adds to a window is the plugin's`() async throws {
        let dispatcher = InvokeDispatcher(router: router, windowID: "7", component: "app")
        handlers(old).handle("add") { () -> String in
            dispatcher.handlers.handle("added") { () -> String in RegistrationOwner.current?.name ?? "nobody" }
            return "done"
        }
        old.activate()
        #expect(try await answer("add") == "\"done\"")
        #expect(try await answer("added", window: "7") == "\"plugin\"")
        old.end()
        await #expect(throws: WireError.self) { try await answer("added", window: "7") }
        dispatcher.handlers.handle("own") { () -> String in RegistrationOwner.current?.name ?? "nobody" }
        #expect(try await answer("own", window: "7") == "\"nobody\"")
    }

    @Test func `Nobody who calls during a reload finds no handler`() async throws {
        let router = router
        handlers(old).handle("busy") { () -> Int in 1 }
        old.activate()
        let caller = Task.detached { () -> Int in
            var calls = 0
            while !Task.isCancelled {
                _ = try router.route(channel: "busy", windowID: "1", component: "app")
                calls += 1
                await Task.yield()
            }
            return calls
        }
        var current = old
        for _ in 0..<200 {
            let next = RegistrationOwner(name: "plugin")
            handlers(next).handle("busy") { () -> Int in 2 }
            await Task.yield()
            next.activate()
            current.end()
            current = next
        }
        caller.cancel()
        _ = try await caller.value
    }

    @Test func `Listeners hear while their plugin is in service`() {
        let listeners = Listeners<@MainActor (String) -> Void>()
        var heard: [String] = []
        listeners.add({ heard.append("app \($0)") }, owner: nil)
        listeners.add({ heard.append("\(RegistrationOwner.current?.name ?? "nobody") \($0)") }, owner: old)
        for listener in listeners.active { listener.run { $0("1") } }
        old.activate()
        for listener in listeners.active { listener.run { $0("2") } }
        old.end()
        for listener in listeners.active { listener.run { $0("3") } }
        #expect(heard == ["app 1", "app 2", "plugin 2", "app 3"])
    }

    @Test func `Custom plugins are handed over whichever comes first, and taken back before the next version`() {
        let types = CustomPluginTypes()
        var heard: [String] = []
        func register(_ owner: RegistrationOwner?) {
            types.add(
                CustomPluginType(
                    (any Chart).self, owner: owner, onLoaded: { heard.append("loaded \($0.title) as \($1)") },
                    onUnloaded: { heard.append("unloaded \($0)") }))
        }
        let (bars, pie) = (Bars(), Pie())
        types.load([(bars, "Bars"), (NoChart(), "NoChart")])
        register(old)
        #expect(heard == [])
        old.activate()
        #expect(heard == ["loaded bars as Bars"])
        types.load([(pie, "Pie")])
        #expect(types.knows(pie))
        types.unload([bars])
        types.load([(Bars(), "Bars")])
        types.unload([bars])
        #expect(heard.dropFirst() == ["loaded pie as Pie", "unloaded Bars", "loaded bars as Bars"])
        old.end()
        types.unload([pie])
        #expect(heard.count == 4, "nobody hears for a kind that is gone")
    }
}

private protocol Chart: AnyObject { var title: String { get } }
private final class Bars: Chart { let title = "bars" }
private final class Pie: Chart { let title = "pie" }
private final class NoChart {}
