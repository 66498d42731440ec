internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport

/// The commands of the control channel.
@MainActor
struct ControlCommands {
    let runtime: ApplicationRuntime
    let channel: ControlChannel

    func register() {
        registerWindows()
        registerSlots()
        WorkerCommands(workers: runtime.workers, channel: channel).register()
        channel.on("eval") { command in
            let window = try await target(command)
            let json = try await runtime.automation.evaluate(try Self.text(command, "code"), in: window)
            return try JSONValue.parse(json)
        }
        channel.on("screenshot") { command in
            .array(try await runtime.automation.screenshot(to: try Self.text(command, "file")).map { .string($0) })
        }
        channel.on("action") { command in
            runtime.actions.dispatch(try Self.text(command, "action"), source: .host)
            return .null
        }
        channel.on("push") { command in
            runtime.bun?.connection.push(try Self.text(command, "channel"), command["data"] ?? .null)
            return .null
        }
        channel.on("query") { command in
            guard let bun = runtime.bun else { throw Automation.Failure(message: "there is no Bun") }
            return try await bun.connection.query(try Self.text(command, "service"), args: command["args"])
        }
        channel.on("plugins") { _ in
            .array(
                runtime.plugins.list.map { plugin in
                    [
                        "name": .string(plugin.name), "generation": JSONValue(plugin.generation),
                        "origin": .string(plugin.origin.rawValue), "state": .string(plugin.state.rawValue),
                    ]
                })
        }
        channel.on("quit") { _ in
            runtime.quit()
            return .null
        }
    }

    private func registerWindows() {
        channel.on("windows") { _ in
            .array(
                runtime.windows.all.map { ["window": .string($0.id), "component": .string($0.component)] })
        }
        channel.on("open") { command in
            let options = runtime.windows.options(for: try Self.text(command, "component"))
            return .string(try runtime.windows.open(options).id)
        }
        channel.on("close") { command in
            let window = try await target(command)
            await runtime.windows.close(window)
            return .null
        }
        channel.on("bounds") { command in try await target(command).native.bounds().json }
    }

    private func registerSlots() {
        channel.on("addSlot") { command in
            let slot = Slot(
                key: try Self.text(command, "key"), component: try Self.text(command, "component"),
                frame: frame(command))
            try await target(command).addSlot(slot)
            return .null
        }
        channel.on("moveSlot") { command in
            .bool(try await target(command).moveSlot(try Self.text(command, "key"), to: frame(command)))
        }
        channel.on("removeSlot") { command in
            .bool(try await target(command).removeSlot(try Self.text(command, "key")))
        }
        channel.on("hotSwapSlot") { command in
            .bool(try await target(command).hotSwapSlot(try Self.text(command, "key")))
        }
    }

    private func target(_ command: JSONValue) async throws -> ManagedWindow {
        try await runtime.automation.window(named: command["window"]?.string)
    }

    static func text(_ command: JSONValue, _ name: String) throws -> String {
        guard let text = command[name]?.string else {
            throw Automation.Failure(message: "\"\(name)\" must be a string")
        }
        return text
    }

    private func frame(_ command: JSONValue) -> Rect? {
        guard let frame = command["frame"], let x = frame["x"]?.double, let y = frame["y"]?.double,
            let width = frame["width"]?.double, let height = frame["height"]?.double
        else { return nil }
        return Rect(x: x, y: y, width: width, height: height)
    }
}

extension ApplicationRuntime {
    func startControl() {
        let channel = ControlChannel()
        ControlCommands(runtime: self, channel: channel).register()
        channel.onEnd = { [weak self] in self?.quit() }
        observer = { [weak channel] event, fields in channel?.emit(event, fields) }
        control = channel
        channel.start()
    }
}

extension WindowEvent {
    /// The event's name and fields on the control channel.
    var control: (name: String, fields: [(String, JSONValue)]) {
        switch self {
        case .closeRequested: ("window-close-requested", [])
        case .closed: ("window-closed", [])
        case .painted: ("painted", [])
        case .mounted(let component): ("mounted", [("component", .string(component))])
        case .mountFailed(let component, let message):
            ("mount-failed", [("component", .string(component)), ("message", .string(message))])
        case .swapped(let component, let kind, let milliseconds):
            (
                "swapped",
                [("component", .string(component)), ("kind", .string(kind)), ("ms", .number(milliseconds))]
            )
        case .webProcessEnded(let reason): ("web-process-ended", [("reason", .string(reason))])
        case .failed(let message): ("window-failed", [("message", .string(message))])
        }
    }
}
