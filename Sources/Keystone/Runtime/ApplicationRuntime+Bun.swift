internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport
internal import Synchronization

/// What Bun's life and messages mean for the app.
extension ApplicationRuntime {
    /// Takes over a Bun that may be starting already.
    func connect(_ link: BunLink) {
        bun = link
        streamHandlers = link.streamHandlers
        link.onState = { [weak self] state in self?.bunChanged(state) }
        link.onCrash = { [events] code in for listener in events.bunCrash.active { listener.run { $0(code) } } }
        link.onRestart = { [events] attempt in for listener in events.bunRestart.active { listener.run { $0(attempt) } }
        }
        link.onMessage = { [weak self] message in self?.receive(message) }
        processes.connect(link.connection, link.workers)
        observeWorkers()
        tellWhetherPushesAreHeard()
    }

    func tellWhetherPushesAreHeard() {
        bun?.connection.hearsPushes.store(!events.servicePush.isEmpty, ordering: .relaxed)
    }

    private func bunChanged(_ state: BunState) {
        report(state)
        if let event = state.pageEvent {
            for window in windows.all { window.run(.hostEvent(name: "bun", data: event.json)) }
        }
        switch state {
        case .running(let ready):
            log.info(
                "Bun \(ready.version) answers on port \(ready.port), services: \(ready.services.joined(separator: ", "))"
            )
            setComponents(ready.components)
            Task { await self.openDoor(port: ready.port) }
        case .backingOff(let attempt, let delay, let reason):
            context.pageSource = nil
            log.warning("\(reason); restart \(attempt) in \(delay)")
        case .failed(let message):
            giveUp(message)
        case .starting, .stopped:
            break
        }
    }

    /// Gives the pages their cookie, then their address.
    private func openDoor(port: Int) async {
        guard let bun else { return }
        do {
            try await context.webEnvironment.setCookie(
                name: "keystone_session", value: bun.sessionToken, host: "127.0.0.1")
        } catch {
            giveUp("The session's cookie could not be set: \(error)")
            return
        }
        pagesAvailable(PageSource(origin: "http://127.0.0.1:\(port)", hasBun: true, sessionToken: bun.sessionToken))
    }

    /// Services are gone for good: pages that are there say so themselves, other windows natively.
    private func giveUp(_ message: String) {
        log.error(message)
        automation.progress.recordFatal(message)
        context.pageSource = nil
        context.pagesFailure = message
        for window in windows.all where !window.life.acceptsSlots { window.loadPage() }
    }

    private func setComponents(_ components: [WebComponent]) {
        context.components = Dictionary(
            components.map { ($0.name, ComponentAddress(url: $0.url, css: $0.css)) },
            uniquingKeysWith: { _, last in last })
    }

    private func receive(_ message: BunToHost) {
        switch message {
        case .components(let components):
            setComponents(components)
        case .actionFromWeb(let action, let windowID):
            actions.dispatch(action, source: windowID.map { .window($0) } ?? .host, to: .workers)
        case .actionFromService(let action, let service):
            actions.dispatch(action, source: .service(service), to: .host)
        case .servicePush(let channel, let data, _):
            for listener in events.servicePush.active { listener.run { $0(channel, data) } }
        case .hmr(let component, let kind):
            log.debug("rebuilt \(component) (\(kind.rawValue))")
        case .unknown(let type):
            log.warning("Bun sent a message of the unknown type \(type.prefix(80))")
        case .fatal(let message):
            // Before Bun is ready, this comes again as the reason of its end.
            if bun?.pid != nil { log.error(message) }
        case .ready, .result, .error, .log, .relay, .relayQuery, .relayCancel, .network:
            break
        }
    }

    private func report(_ state: BunState) {
        guard let observer else { return }
        switch state {
        case .starting(let attempt): observer("bun", [("state", "starting"), ("attempt", JSONValue(attempt))])
        case .running(let ready):
            observer("bun", [("state", "running"), ("pid", JSONValue(ready.pid)), ("port", JSONValue(ready.port))])
        case .backingOff(let attempt, _, let reason):
            observer("bun", [("state", "backing-off"), ("attempt", JSONValue(attempt)), ("message", .string(reason))])
        case .failed(let message): observer("bun", [("state", "failed"), ("message", .string(message))])
        case .stopped: observer("bun", [("state", "stopped")])
        }
    }
}
