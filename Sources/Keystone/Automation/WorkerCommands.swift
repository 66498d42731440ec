internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport

/// The commands of the control channel that concern workers.
@MainActor
struct WorkerCommands {
    let workers: WorkerManager
    let channel: ControlChannel

    func register() {
        channel.on("workers") { _ in
            .array(workers.all.values.sorted { $0.name < $1.name }.map(describe))
        }
        channel.on("spawnWorker") { command in
            var config = WorkerConfig()
            config.name = try ControlCommands.text(command, "worker")
            config.servicesDir = try ControlCommands.text(command, "servicesDir")
            config.browserAccess = command["browserAccess"]?.bool ?? false
            config.maxRestarts = command["maxRestarts"]?.int ?? config.maxRestarts
            config.baseBackoffMs = command["baseBackoffMs"]?.int ?? config.baseBackoffMs
            return .string(try workers.spawn(config).name)
        }
        channel.on("startWorker") { command in
            try await workers.start(try ControlCommands.text(command, "worker"))
            return .null
        }
        channel.on("stopWorker") { command in
            try await workers.stop(try ControlCommands.text(command, "worker"))
            return .null
        }
        channel.on("queryWorker") { command in
            try await worker(command).query(try ControlCommands.text(command, "service"), args: command["args"])
        }
        channel.on("pushWorker") { command in
            try worker(command).push(try ControlCommands.text(command, "channel"), command["data"] ?? .null)
            return .null
        }
        channel.on("route") { command in
            try workers.route(
                from: try ControlCommands.text(command, "from"), to: try ControlCommands.text(command, "to"),
                channel: try ControlCommands.text(command, "channel"), data: command["data"] ?? .null)
            return .null
        }
    }

    private func worker(_ command: JSONValue) throws -> Worker {
        let name = try ControlCommands.text(command, "worker")
        guard let worker = workers[name] else { throw Automation.Failure(message: "there is no worker \(name)") }
        return worker
    }

    private func describe(_ worker: Worker) -> JSONValue {
        [
            "worker": .string(worker.name), "running": .bool(worker.isRunning),
            "pid": worker.processID.map { JSONValue(Int($0)) } ?? .null,
            "port": worker.port.map { JSONValue($0) } ?? .null,
            "services": .array(worker.services.map { .string($0) }),
        ]
    }
}
