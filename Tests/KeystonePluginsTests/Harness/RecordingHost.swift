@testable import KeystonePlugins

/// A program around the loader: it writes down what the loader asks of it, in order.
@MainActor
final class RecordingHost: PluginHosting {
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var events: [String] = []
    fileprivate(set) var inService: [String: RecordedGeneration] = [:]
    /// The values of what is in service.
    var values: [String: Int32] { inService.mapValues(\.value) }
    /// Libraries whose plugins throw in their start while they have these values.
    var failing: [String: Int32] = [:]
    /// Libraries whose plugins can't be made with these values.
    var unmakeable: [String: Int32] = [:]
    /// Libraries with the app's core.
    var cores: Set<String> = []
    /// Plugins that somebody goes on holding.
    var held: [AnyObject] = []
    var holds = false
    /// Called while a generation is being started.
    var whileStarting: (@MainActor (RecordedGeneration) async -> Void)?

    func makeGeneration(of image: PluginImage) throws -> any PluginGeneration {
        let value = image.makeExport().load(as: Int32.self)
        if unmakeable[image.file.name] == value {
            throw PluginError(.conflict, file: image.file.path, "can't be made")
        }
        return RecordedGeneration(image, value: value, host: self)
    }

    func note(_ event: String) { events.append(event) }

    func takeEvents() -> [String] {
        defer { events = [] }
        return events
    }
}

/// A plugin whose state is how often one like it was started.
@MainActor
final class RecordedGeneration: PluginGeneration {
    let image: PluginImage
    let value: Int32
    private(set) var starts = 0
    private let host: RecordingHost
    private var plugin: AnyObject? = Plugin()

    private final class Plugin {}

    init(_ image: PluginImage, value: Int32, host: RecordingHost) {
        self.image = image
        self.value = value
        self.host = host
        if host.holds, let plugin { host.held.append(plugin) }
    }

    var isReloadable: Bool { !host.cores.contains(name) }
    private var label: String { "\(name).\(image.generation)" }

    func saveState() async -> PluginState {
        host.note("save \(label)")
        return [name: [UInt8(truncatingIfNeeded: starts)]]
    }

    func start(_ state: PluginState) async throws {
        host.note("start \(label)")
        starts = Int(state[name]?.first ?? 0) + 1
        await host.whileStarting?(self)
        if host.failing[name] == value { throw RecordingHost.Refusal(description: "no \(value)") }
    }

    func activate() {
        host.note("activate \(label)")
        host.inService[name] = self
    }

    func stop() async { host.note("stop \(label)") }

    func retire() -> [(name: String, object: WeakObject)] {
        host.note("retire \(label)")
        if host.inService[name] === self { host.inService[name] = nil }
        defer { plugin = nil }
        return plugin.map { [(name, WeakObject($0))] } ?? []
    }
}
