internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport

/// What the workers' lives and words mean for the app.
extension ApplicationRuntime {
    func observeWorkers() {
        let manager = workers
        manager.notices.onEvent { [weak self] worker, event in self?.report(event, of: worker) }
        manager.notices.onSaying { [weak self] saying in self?.receive(saying) }
    }

    private func receive(_ saying: WorkerSaying) {
        switch saying {
        case .push(let channel, let data, _):
            for listener in events.servicePush.active { listener.run { $0(channel, data) } }
        case .action(let action, let service, _):
            actions.dispatch(action, source: .service(service), to: .host)
        case .network:
            break
        }
    }

    private func report(_ event: BunEvent, of worker: Worker) {
        guard let observer, case .state(let state) = event else { return }
        var fields: [(String, JSONValue)] = [("worker", .string(worker.name)), ("state", .string(state.name))]
        switch state {
        case .running:
            fields += [("pid", worker.processID.map { JSONValue(Int($0)) } ?? .null)]
            fields += [("port", worker.port.map { JSONValue($0) } ?? .null)]
        case .starting(let attempt):
            fields += [("attempt", JSONValue(attempt))]
        case .backingOff(let attempt, _, let reason):
            fields += [("attempt", JSONValue(attempt)), ("message", .string(reason))]
        case .failed(let message):
            fields += [("message", .string(message))]
        case .stopped:
            break
        }
        observer("worker", fields)
    }
}

extension BunState {
    /// As the control channel calls it.
    var name: String {
        switch self {
        case .starting: "starting"
        case .running: "running"
        case .backingOff: "backing-off"
        case .failed: "failed"
        case .stopped: "stopped"
        }
    }
}
