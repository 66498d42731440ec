internal import KeystoneCore
public import KeystoneServices
internal import KeystoneProtocol
public import KeystoneSupport

/// Streams of bytes between the app and its services.
extension CoreContext {
    /// Takes the streams that services open on `channel` with `svc.openStream(channel)`. One handler a channel; a second
    /// one replaces the first.
    ///
    /// The handler runs off the main thread. When it returns, the stream ends: what it wrote arrives. What it throws ends
    /// the stream on both sides.
    public func onStream(_ channel: String, _ handler: @escaping StreamHandler) {
        guard let owner else { return runtime.streamHandlers.handle(channel, handler) }
        runtime.streamHandlers.handle(channel, owner: owner) { stream in
            try await RegistrationOwner.$current.withValue(owner) { try await handler(stream) }
        }
    }

    /// Opens a stream to the service that takes `channel` with `svc.onStream(channel, …)`, and returns once it has it.
    ///
    /// - Parameters:
    ///   - data: For the service's handler, as `stream.data`.
    ///   - timeout: Covers the wait for a Bun that starts; `nil` waits for ever.
    /// - Throws: `WireError`: `NO_HANDLER`, `UNAVAILABLE` where the app has no Bun or it does not come up, `TIMEOUT`.
    public func openStream(
        _ channel: String, data: JSONValue = .null, timeout: Duration? = .seconds(10)
    ) async throws -> ByteStream {
        guard let streams = runtime.bun?.streams else {
            throw WireError(
                .unavailable, runtime.bun == nil ? "this app runs without Bun" : "streams are not available")
        }
        return try await streams.open(channel, data: data, timeout: timeout)
    }
}
