internal import KeystoneProtocol
internal import KeystoneServices
public import KeystoneSupport

/// The app's Bun process, as Swift talks to it. Usable from any thread.
public struct BunBridge: Sendable {
    let connection: BunConnection?

    /// Sends to every page and service that listens to a channel. Lost while no Bun runs, unless `retain` is set: then the
    /// value also reaches a Bun that starts later.
    public func push(_ channel: String, _ data: some Encodable & Sendable, retain: Bool = false) throws {
        connection?.push(channel, try json(data), retain: retain)
    }

    /// Asks a service's `.query()`. The limit includes the wait for a Bun that starts; `nil` waits for ever.
    ///
    /// Throws `WireError`: `NO_HANDLER`, `TIMEOUT`, `UNAVAILABLE` where the app has no Bun or it has failed, or what the
    /// service threw.
    public func query<Output: Decodable & Sendable>(
        _ service: String, _ arguments: some Encodable & Sendable = JSONValue.null, timeout: Duration? = .seconds(10),
        as type: Output.Type = Output.self
    ) async throws -> Output {
        try decode(try await required().query(service, args: try json(arguments), timeout: timeout), service)
    }

    /// Calls a service's `.handle(channel, …)`. As `query`, with a limit of 15 s.
    public func call<Output: Decodable & Sendable>(
        _ channel: String, _ arguments: some Encodable & Sendable = JSONValue.null, timeout: Duration? = .seconds(15),
        as type: Output.Type = Output.self
    ) async throws -> Output {
        try decode(try await required().invoke(channel, args: try json(arguments), timeout: timeout), channel)
    }

    /// Evaluates JavaScript in Bun, where the app's `security.allowEval` allows it. Throws `WireError`.
    public func eval(_ code: String, timeout: Duration? = .seconds(15)) async throws -> JSONValue {
        try await required().eval(code, timeout: timeout)
    }

    private func required() throws(WireError) -> BunConnection {
        guard let connection else { throw WireError(.unavailable, "this app runs without Bun") }
        return connection
    }

    private func json(_ value: some Encodable) throws -> JSONValue {
        if let value = value as? JSONValue { return value }
        return try JSONValue.parse(try JSONCoding.encode(value))
    }

    private func decode<Output: Decodable>(_ value: JSONValue, _ name: String) throws -> Output {
        if let value = value as? Output { return value }
        do {
            return try JSONCoding.decode(Output.self, from: value.serialized())
        } catch {
            throw WireError(.badRequest, "the answer of \(name) is not what is expected: \(JSONCoding.explain(error))")
        }
    }
}
