internal import KeystoneProtocol
internal import KeystoneSupport

/// One run of a worker: what it may say, and where it goes.
final class WorkerSession: BunReceiver {
    private let name: String
    private let relay: RelaySession
    /// Only an extension host has one.
    private let filter: ExtensionFilter?
    private let onSaying: @Sendable (WorkerSaying) -> Void

    init(
        name: String, relay: RelaySession, filter: ExtensionFilter?,
        onSaying: @escaping @Sendable (WorkerSaying) -> Void
    ) {
        self.name = name
        self.relay = relay
        self.filter = filter
        self.onSaying = onSaying
    }

    func started() { relay.started() }
    func ended() { relay.ended() }

    func take(_ message: BunToHost) -> Bool {
        switch message {
        case .servicePush(let channel, let data, let retain):
            guard isAllowed(channel, as: "push") else { break }
            onSaying(.push(channel: channel, data: data, retain: retain))
        case .actionFromService(let action, let service):
            guard isAllowed(action, as: "action") else { break }
            onSaying(.action(action, service: service, worker: name))
        case .network(let endpoints):
            onSaying(.network(endpoints, worker: name))
        case .relay(_, let channel, _):
            if isAllowed(channel, as: "message") { _ = relay.take(message) }
        case .relayQuery(let id, _, _, _, _):
            guard filter != nil else { return relay.take(message) }
            relay.refuse(id, WireError(.forbidden, "An extension host may not ask services of other processes"))
        case .relayCancel:
            _ = relay.take(message)
        case .actionFromWeb, .hmr, .components:
            relay.warn("A message that only main Bun may send was dropped")
        case .ready, .result, .error, .log, .fatal, .unknown:
            return false
        }
        return true
    }

    private func isAllowed(_ name: String, as what: String) -> Bool {
        filter?.allows(name, as: what) ?? true
    }
}
