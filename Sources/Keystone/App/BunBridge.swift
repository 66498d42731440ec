internal import KeystoneProtocol
internal import KeystoneServices
public import KeystoneSupport

/// The app's Bun process, as Swift talks to it. Usable from any thread.
public struct BunBridge: Sendable {
    let processes: AppProcesses

    /// Sends to every page and service that listens to a channel. Those who subscribe later hear the last value, while
    /// there is room for it. Lost while no Bun runs, unless `retain` is set: then it is the channel's state, as
    /// `ipc.web.pushValue` makes it, and also reaches a Bun that starts later.
    ///
    /// Throws `WireError`: `UNAVAILABLE` where the app has no Bun, `BAD_REQUEST` for a channel that can't be or data that
    /// is not JSON.
    public func push(_ channel: String, _ data: some Encodable & Sendable, retain: Bool = false) throws {
        try WireCoding.check(channel: channel)
        try processes.connection().push(channel, try WireCoding.value(data), retain: retain ? true : nil)
    }

    /// Asks a service's `.query()`. The limit includes the wait for a Bun that starts; `nil` waits for ever.
    ///
    /// Throws `WireError`: `NO_HANDLER`, `TIMEOUT`, `UNAVAILABLE` where the app has no Bun or it has failed, or what the
    /// service threw.
    public func query<Output: Decodable & Sendable>(
        _ service: String, _ arguments: some Encodable & Sendable = JSONValue.null, timeout: Duration? = .seconds(10),
        as type: Output.Type = Output.self
    ) async throws -> Output {
        let answer = try await processes.connection().query(
            service, args: try WireCoding.value(arguments), timeout: timeout)
        return try WireCoding.decode(answer, of: service)
    }

    /// Calls a service's `.handle(channel, …)`. As `query`, with a limit of 15 s.
    public func call<Output: Decodable & Sendable>(
        _ channel: String, _ arguments: some Encodable & Sendable = JSONValue.null, timeout: Duration? = .seconds(15),
        as type: Output.Type = Output.self
    ) async throws -> Output {
        let answer = try await processes.connection().invoke(
            channel, args: try WireCoding.value(arguments), timeout: timeout)
        return try WireCoding.decode(answer, of: channel)
    }

    /// Delivers an action to the `onAction` of all services, of Bun and of the workers, and to nobody in the host:
    /// `CoreContext.action` is for everybody. Lost while no Bun runs.
    ///
    /// Throws `WireError`: `UNAVAILABLE` where the app has no Bun, `BAD_REQUEST` for what can't be an action.
    public func send(action: String) throws {
        try ActionRouter.check(action)
        try processes.connection().action(action, source: .host)
        processes.workers.deliver(action, source: .host)
    }

    /// Evaluates JavaScript in Bun, where the app's `security.allowEval` allows it. Throws `WireError`.
    public func eval(_ code: String, timeout: Duration? = .seconds(15)) async throws -> JSONValue {
        try await processes.connection().eval(code, timeout: timeout)
    }
}
