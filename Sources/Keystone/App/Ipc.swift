internal import KeystoneProtocol
public import KeystoneServices
public import KeystoneSupport

/// The same calls, ordered by who answers. Usable from any thread.
///
/// ```swift
/// let notes: [Note] = try await context.ipc.bun.query("notes")
/// try context.ipc.web.pushValue("theme", theme)
/// let sum: Int = try await context.ipc.worker("sums").call("sums:add", [1, 2])
/// ```
public struct Ipc: Sendable {
    let processes: AppProcesses

    /// Main Bun's services.
    public var bun: BunBridge { BunBridge(processes: processes) }

    /// The pages of all windows, or of one.
    public var web: WebBridge { WebBridge(processes: processes) }

    /// The services of a worker. Where there is no worker of this name, its calls throw `UNAVAILABLE`.
    public func worker(_ name: String) -> WorkerBridge { WorkerBridge(name: name, processes: processes) }
}

/// The app's pages, as Swift talks to them. Usable from any thread.
///
/// Every method throws `WireError`: `UNAVAILABLE` where the app has no Bun, whose socket pages listen to; `BAD_REQUEST` for
/// a channel that can't be or data that is not JSON.
public struct WebBridge: Sendable {
    let processes: AppProcesses

    /// Pushes an event: only pages that subscribe now hear it.
    ///
    /// - Parameter window: The id of the window that it is for: its page subscribes to `window:ID:CHANNEL`, where no other
    ///   page may publish. `nil` is for all.
    public func push(_ channel: String, _ data: some Encodable & Sendable, window: String? = nil) throws {
        try send(channel, try WireCoding.value(data), window, retain: false)
    }

    /// Pushes a state: pages that subscribe later hear it, too, and so does a Bun that is started again, until the next
    /// one or `endValue`. That of a window ends with it.
    ///
    /// - Parameter window: As in `push`.
    public func pushValue(_ channel: String, _ data: some Encodable & Sendable, window: String? = nil) throws {
        try send(channel, try WireCoding.value(data), window, retain: true)
    }

    /// Ends a channel's state: pages hear `null`, later ones nothing.
    public func endValue(_ channel: String, window: String? = nil) throws {
        try send(channel, .null, window, retain: true)
    }

    private func send(_ channel: String, _ data: JSONValue, _ window: String?, retain: Bool) throws {
        try WireCoding.check(channel: channel)
        let name = window.map { "window:\($0):\(channel)" } ?? channel
        try processes.connection().push(name, data, retain: retain)
    }
}

/// A worker, as Swift talks to it. Usable from any thread.
///
/// Every method throws `WireError`: `UNAVAILABLE` where there is no such worker, or it does not run and is not going to.
public struct WorkerBridge: Sendable {
    public let name: String
    let processes: AppProcesses

    /// Asks a service's `.query()`. The limit includes the wait for a worker that starts; `nil` waits for ever.
    public func query<Output: Decodable & Sendable>(
        _ service: String, _ arguments: some Encodable & Sendable = JSONValue.null, timeout: Duration? = .seconds(10),
        as type: Output.Type = Output.self
    ) async throws -> Output {
        let answer = try await worker().query(service, args: try WireCoding.value(arguments), timeout: timeout)
        return try WireCoding.decode(answer, of: service)
    }

    /// Calls a service's `.handle(channel, …)`. As `query`, with a limit of 15 s.
    public func call<Output: Decodable & Sendable>(
        _ channel: String, _ arguments: some Encodable & Sendable = JSONValue.null, timeout: Duration? = .seconds(15),
        as type: Output.Type = Output.self
    ) async throws -> Output {
        let answer = try await worker().call(channel, args: try WireCoding.value(arguments), timeout: timeout)
        return try WireCoding.decode(answer, of: channel)
    }

    /// Pushes to the worker's services that listen (`onHostPush`), and to those that are connected to it and subscribed.
    /// Waits for a worker that starts.
    public func push(_ channel: String, _ data: some Encodable & Sendable) throws {
        try WireCoding.check(channel: channel)
        try worker().push(channel, try WireCoding.value(data))
    }

    /// Delivers an action to the `onAction` of the worker's services alone. Lost while it does not run.
    ///
    /// Throws also `FORBIDDEN`, where it is an extension host and none of its `allowedChannels` fits.
    public func send(action: String) throws {
        try ActionRouter.check(action)
        try worker().send(action: action)
    }

    /// Opens a stream to the worker's service that takes `channel`; see `Worker.openStream`.
    public func openStream(
        _ channel: String, data: JSONValue = .null, timeout: Duration? = .seconds(10)
    ) async throws -> ByteStream {
        try await worker().openStream(channel, data: data, timeout: timeout)
    }

    private func worker() throws(WireError) -> Worker {
        let all = processes.workers.all
        guard let worker = all[name] else {
            let hint = nearestName(to: String(name.prefix(64)), in: all.keys).map { "; did you mean \"\($0)\"?" } ?? ""
            throw WireError(.unavailable, "there is no worker \"\(name.prefix(64))\"\(hint)")
        }
        return worker
    }
}
