import KeystoneSupport
import Synchronization
import Testing

@testable import KeystoneCore

@MainActor
@Suite struct RegistrationTests {
    @Test func `What is staged takes effect with its owner, and goes with it`() {
        let owner = RegistrationOwner(name: "clock")
        var values = OwnedValues<Int>()
        values.set(1, owner: owner)
        #expect(values.current == nil)
        #expect(values.staged == 1)
        owner.activate()
        #expect(values.current == 1)
        owner.end()
        #expect(values.current == nil)
        #expect(values.staged == nil)
    }

    @Test func `The last one in effect counts, and the one below it comes back`() {
        let (one, two) = (RegistrationOwner(name: "one"), RegistrationOwner(name: "two"))
        var values = OwnedValues<String>()
        values.set("app", owner: nil)
        values.set("one", owner: one)
        values.set("two", owner: two)
        #expect(values.current == "app")
        two.activate()
        #expect(values.current == "two")
        one.activate()
        #expect(values.current == "two")
        two.end()
        #expect(values.current == "one")
        one.end()
        #expect(values.current == "app")
    }

    @Test func `A new generation takes over without a gap and in the older one's place`() {
        let old = RegistrationOwner(name: "below")
        let above = RegistrationOwner(name: "above")
        let new = RegistrationOwner(name: "below")
        var values = OwnedValues<String>()
        values.set("old", owner: old)
        values.set("above", owner: above)
        values.set("new", owner: new)
        old.activate()
        #expect(values.current == "old")
        new.activate()
        #expect(values.current == "new")
        old.end()
        #expect(values.current == "new")
        above.activate()
        #expect(values.current == "above")
    }

    @Test func `Bodies run once, when the owner comes into service, as its code`() {
        let owner = RegistrationOwner(name: "late")
        var heard: [String] = []
        owner.whenActive { heard.append(RegistrationOwner.current?.name ?? "nobody") }
        #expect(heard.isEmpty)
        owner.activate()
        owner.activate()
        #expect(heard == ["late"])
        owner.whenActive { heard.append("at once") }
        #expect(heard == ["late", "at once"])
        owner.end()
        owner.whenActive { heard.append("never") }
        #expect(heard.count == 2)
    }

    @Test func `What is registered after the end is taken away at once`() {
        final class Place: Sendable { let removals = Atomic<Int>(0) }
        let owner = RegistrationOwner(name: "gone")
        let place = Place()
        owner.held(by: place) { place.removals.add(1, ordering: .relaxed) }
        owner.held(by: place) { place.removals.add(1, ordering: .relaxed) }
        owner.end()
        #expect(place.removals.load(ordering: .relaxed) == 1)
        owner.held(by: place) { place.removals.add(1, ordering: .relaxed) }
        #expect(place.removals.load(ordering: .relaxed) == 2)
        owner.activate()
        #expect(owner.phase == .ended)
    }
}

@MainActor
@Suite(.serialized) struct ServiceLocatorTests {
    private final class Clock: Sendable {
        let name: String
        init(_ name: String) { self.name = name }
    }

    @Test func `Plugins that start find each other; everybody else the version in service`() {
        defer { ServiceLocator.remove(Clock.self) }
        let (old, new) = (RegistrationOwner(name: "clock"), RegistrationOwner(name: "clock"))
        ServiceLocator.register(Clock("old"), as: Clock.self, owner: old)
        #expect(ServiceLocator.get(Clock.self)?.name == "old", "nobody else has one yet")
        old.activate()
        ServiceLocator.register(Clock("new"), as: Clock.self, owner: new)
        #expect(ServiceLocator.get(Clock.self)?.name == "old")
        RegistrationOwner.$current.withValue(new) { #expect(ServiceLocator.get(Clock.self)?.name == "new") }
        new.activate()
        old.end()
        #expect(ServiceLocator.get(Clock.self)?.name == "new")
        new.end()
        #expect(ServiceLocator.get(Clock.self) == nil)
    }

    @Test func `A plugin's entry goes with it, and nothing holds the object; the app's stays`() {
        defer { ServiceLocator.remove(Clock.self) }
        let owner = RegistrationOwner(name: "clock")
        ServiceLocator.register(Clock("app"))
        weak var held: Clock?
        do {
            let clock = Clock("plugin")
            held = clock
            RegistrationOwner.$current.withValue(owner) { ServiceLocator.register(clock) }
        }
        owner.activate()
        #expect(ServiceLocator.get(Clock.self)?.name == "plugin")
        owner.end()
        #expect(held == nil)
        #expect(ServiceLocator.get(Clock.self)?.name == "app")
    }
}
