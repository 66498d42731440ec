internal import KeystoneCore
internal import Synchronization

/// Calls logic plugins by the protocol that an app defines for them, by name or in render order:
///
/// ```swift
/// protocol CanvasLogic: LogicPlugin { func draw(_ canvas: Canvas) }
///
/// LogicRegistry.dispatchAll((any CanvasLogic).self) { $0.draw(canvas) }
/// ```
///
/// Usable from any thread; meant for render threads: which plugins fit a protocol is found out once, not with each frame.
/// A plugin that is reloaded meanwhile stays in memory until the call has returned.
public enum LogicRegistry {
    private static let state = Mutex(LogicTable())

    /// Calls one plugin. `nil` where none has this name, or it isn't a `Logic`.
    @discardableResult
    public static func dispatch<Logic: Sendable, Result>(
        _ name: String, as type: Logic.Type = Logic.self, _ body: (Logic) throws -> Result
    ) rethrows -> Result? {
        guard let found = list(of: type).first(where: { $0.name == name }) else { return nil }
        return try body(found.logic)
    }

    /// Calls every `Logic`, lowest `renderOrder` first; those of one order by their names.
    public static func dispatchAll<Logic: Sendable>(
        _ type: Logic.Type = Logic.self, _ body: (Logic) throws -> Void
    ) rethrows {
        for entry in list(of: type) { try body(entry.logic) }
    }

    /// The same for those whose `renderOrder` lies in a range.
    public static func dispatchRange<Logic: Sendable>(
        _ range: ClosedRange<Int>, as type: Logic.Type = Logic.self, _ body: (Logic) throws -> Void
    ) rethrows {
        for entry in list(of: type) where range.contains(entry.order) { try body(entry.logic) }
    }

    private static func list<Logic: Sendable>(of type: Logic.Type) -> [LogicEntry<Logic>] {
        state.withLock { $0.list(of: type) }
    }

    // MARK: Who is in it

    package static var names: [String] { state.withLock { $0.names } }

    /// Adds a plugin in the place of the one of its name.
    static func add(_ plugin: any LogicPlugin, owner: RegistrationOwner?) {
        let (name, order) = (plugin.logicName, plugin.renderOrder)
        let before = state.withLock { table in
            let before = table
            table.add(plugin, name: name, order: order, owner: owner)
            return before
        }
        // Released outside the lock, as below: what a plugin holds may come here when it goes.
        _ = before
        owner?.held(by: ObjectIdentifier(LogicRegistry.self)) { removeAll(of: owner) }
    }

    private static func removeAll(of owner: RegistrationOwner?) {
        guard let owner else { return }
        let before = state.withLock { table in
            let before = table
            table.removeAll(of: owner)
            return before
        }
        _ = before
    }
}

/// One plugin as one type sees it.
struct LogicEntry<Logic: Sendable>: Sendable {
    let name: String
    let order: Int
    let logic: Logic
}

/// The plugins in render order, and for every type that was asked for, those that are of it.
private struct LogicTable: Sendable {
    private struct Registered: Sendable {
        let entry: LogicEntry<any LogicPlugin>
        let owner: RegistrationOwner?
    }

    private var plugins: [Registered] = []
    /// `[LogicEntry<Type>]` by type.
    private var lists: [ObjectIdentifier: any Sendable] = [:]

    var names: [String] { plugins.map(\.entry.name) }

    mutating func add(_ plugin: any LogicPlugin, name: String, order: Int, owner: RegistrationOwner?) {
        plugins.removeAll { $0.entry.name == name }
        let entry = LogicEntry<any LogicPlugin>(name: name, order: order, logic: plugin)
        let place = plugins.firstIndex { ($0.entry.order, $0.entry.name) > (order, name) }
        plugins.insert(Registered(entry: entry, owner: owner), at: place ?? plugins.count)
        lists = [:]
    }

    mutating func removeAll(of owner: RegistrationOwner) {
        plugins.removeAll { $0.owner === owner }
        lists = [:]
    }

    mutating func list<Logic: Sendable>(of type: Logic.Type) -> [LogicEntry<Logic>] {
        if let known = lists[ObjectIdentifier(type)] as? [LogicEntry<Logic>] { return known }
        let found = plugins.compactMap { plugin in
            (plugin.entry.logic as? Logic).map {
                LogicEntry(name: plugin.entry.name, order: plugin.entry.order, logic: $0)
            }
        }
        lists[ObjectIdentifier(type)] = found
        return found
    }
}
