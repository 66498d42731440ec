public import KeystoneCore
internal import KeystoneProtocol

/// A named region of a window where a web component is mounted.
public struct Slot: Sendable, Hashable {
    /// Unique in its window.
    public var key: String
    /// The web component's name.
    public var component: String
    /// Where it lies in the window's content; `nil` fills the window.
    public var frame: Rect?

    public init(key: String, component: String, frame: Rect? = nil) {
        self.key = key
        self.component = component
        self.frame = frame
    }
}

/// The slots of one window, and the scripts that bring a page in line with them.
struct SlotTable {
    private(set) var slots: [Slot] = []

    func slot(_ key: String) -> Slot? {
        slots.first { $0.key == key }
    }

    /// Adds a slot, or replaces the one with the same key.
    mutating func add(_ slot: Slot) {
        if let index = slots.firstIndex(where: { $0.key == slot.key }) {
            slots[index] = slot
        } else {
            slots.append(slot)
        }
    }

    /// Whether there was such a slot.
    mutating func move(_ key: String, to frame: Rect?) -> Bool {
        guard let index = slots.firstIndex(where: { $0.key == key }) else { return false }
        slots[index].frame = frame
        return true
    }

    mutating func remove(_ key: String) -> Bool {
        guard let index = slots.firstIndex(where: { $0.key == key }) else { return false }
        slots.remove(at: index)
        return true
    }

    /// Where the page takes pointer input; `nil` means everywhere.
    var hitRegions: [Rect]? {
        slots.contains { $0.frame == nil } ? nil : slots.compactMap(\.frame)
    }
}

extension Slot {
    func adding(url: String, css: String?, windowID: String) -> PageFunction {
        .addSlot(
            key: key, url: url, x: frame?.x ?? 0, y: frame?.y ?? 0, width: frame?.width, height: frame?.height,
            windowID: windowID, component: component, css: css)
    }

    var moving: PageFunction {
        .moveSlot(key: key, x: frame?.x ?? 0, y: frame?.y ?? 0, width: frame?.width, height: frame?.height)
    }
}
