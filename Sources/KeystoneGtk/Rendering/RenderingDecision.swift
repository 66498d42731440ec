internal import CGtk
internal import Glibc
internal import KeystoneSupport

/// The rendering mode of this process and why it was chosen.
package struct RenderingDecision: Sendable, Hashable, CustomStringConvertible {
    package var mode: RenderingMode
    package var reason: String

    package var description: String { "\(mode.rawValue) (\(reason))" }

    /// The environment, then a failure that this machine has seen, then the configuration, then what is remembered of the
    /// driver, then the driver. A failure outweighs the configuration: who wrote that doesn't know the user's machine.
    package static func make(preference: RenderingPreference) -> RenderingDecision {
        if let forced = environmentPreference.flatMap({ forcedMode($0, by: "KEYSTONE_RENDERING") }) { return forced }
        let machine = GraphicsMachine.current
        let known = RenderingState.read().flatMap { $0.machine == machine.key ? $0 : nil }
        if let known, known.isSafeMode {
            return RenderingDecision(mode: known.mode, reason: "remembered from \(known.date): \(known.reason)")
        }
        if let forced = forcedMode(preference, by: "the configuration") { return forced }
        guard !machine.drivers.isEmpty else { return RenderingDecision(mode: .software, reason: "no GPU found") }
        if let known { return RenderingDecision(mode: known.mode, reason: known.reason) }
        return probe(machine)
    }

    /// Tells GTK and WebKit through their environment; before the toolkit starts. What the user has set stays.
    @MainActor
    package func apply() {
        if mode == .software { SoftwareRendering.apply() }
    }

    private static func probe(_ machine: GraphicsMachine) -> RenderingDecision {
        let decision: RenderingDecision
        switch GLProbe.ask() {
        case .renderer(let name) where GLProbe.isSoftware(name):
            decision = RenderingDecision(mode: .software, reason: "GL is only software: \(name)")
        case .renderer(let name):
            decision = RenderingDecision(mode: .gpu, reason: name)
        case .failed(let why):
            decision = RenderingDecision(mode: .software, reason: "the GL driver does not work: \(why)")
        case .notAsked:
            return RenderingDecision(mode: .gpu, reason: "\(machine.drivers.joined(separator: ", ")), not probed")
        }
        RenderingState.write(decision, machine: machine, isSafeMode: false)
        return decision
    }

    private static var environmentPreference: RenderingPreference? {
        guard let text = getenv("KEYSTONE_RENDERING").map({ String(cString: $0) }), !text.isEmpty else { return nil }
        if let preference = RenderingPreference(rawValue: text) { return preference }
        Logger("host").warning(
            "KEYSTONE_RENDERING is \"\(text)\", which is ignored; it may be auto, gpu or software")
        return nil
    }

    private static func forcedMode(_ preference: RenderingPreference, by origin: String) -> RenderingDecision? {
        switch preference {
        case .auto: nil
        case .gpu: RenderingDecision(mode: .gpu, reason: "set by \(origin)")
        case .software: RenderingDecision(mode: .software, reason: "set by \(origin)")
        }
    }
}

extension RenderingMode {
    /// Notes that this machine's GPU path does not work, so that the next start draws in software. Forgotten when the
    /// driver changes. `keystone doctor` shows it.
    package static func rememberSafe(reason: String) {
        RenderingState.write(
            RenderingDecision(mode: .software, reason: reason), machine: .current, isSafeMode: true)
    }
}
