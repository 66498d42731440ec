internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport

/// Something that handlers of `invoke(channel, …)` can be added to: the app, one component's windows, one window.
///
/// A window's own handler comes before its component's, that before the app's. A second handler for a channel in the same
/// place replaces the first. Handlers run off the main thread, each call in a task of its own that is cancelled when the
/// page aborts the call, loads anew or goes away; a `@MainActor` closure runs on the main thread.
///
/// What a handler throws rejects the page's promise: a `WireError` as it is; an error with a `description` of its own with
/// that text; any other with its type's name alone, and the rest in the log.
public protocol InvokeHandling {
    var handlers: InvokeHandlers { get }
}

/// The place where handlers are kept. Usable from any thread.
public struct InvokeHandlers: Sendable, InvokeHandling {
    let router: InvokeRouter
    let scope: InvokeRouter.Scope
    /// The plugin that adds them; `nil` for the app's own code.
    var owner: RegistrationOwner?

    public var handlers: InvokeHandlers { self }

    func add(_ channel: String, _ signature: HandlerSignature, _ handler: @escaping InvokeRouter.Handler) {
        guard let owner else { return router.handle(channel, scope: scope, .concurrent(handler), signature) }
        router.handle(
            channel, scope: scope, owner: owner,
            .concurrent { request in
                try await RegistrationOwner.$current.withValue(owner) { try await handler(request) }
            }, signature)
    }

    func addOnMain(_ channel: String, _ handler: @escaping InvokeRouter.MainHandler) {
        guard let owner else { return router.handle(channel, scope: scope, .main(handler), .raw) }
        router.handle(
            channel, scope: scope, owner: owner,
            .main { request in try RegistrationOwner.$current.withValue(owner) { try handler(request) } }, .raw)
    }
}

extension InvokeHandling {
    /// Adds a handler with typed arguments and result: JSON of the page to `Input`, `Output` to JSON.
    ///
    /// Arguments that aren't an `Input` are refused with `BAD_REQUEST` and the place that is wrong.
    public func handle<Input: Decodable & Sendable, Output: Encodable & Sendable>(
        _ channel: String, _ handler: @escaping @Sendable (Input) async throws -> Output
    ) {
        handlers.add(channel, HandlerSignature(.json(Input.self), .json(Output.self))) {
            try .encoding(try await handler(try $0.decode()))
        }
    }

    /// The same for a handler that wants to know who asks.
    public func handle<Input: Decodable & Sendable, Output: Encodable & Sendable>(
        _ channel: String, _ handler: @escaping @Sendable (Input, InvokeRequest) async throws -> Output
    ) {
        handlers.add(channel, HandlerSignature(.json(Input.self), .json(Output.self))) {
            try .encoding(try await handler(try $0.decode(), $0))
        }
    }

    /// The same without arguments.
    public func handle<Output: Encodable & Sendable>(
        _ channel: String, _ handler: @escaping @Sendable () async throws -> Output
    ) {
        handlers.add(channel, HandlerSignature(.nothing, .json(Output.self))) { _ in
            try .encoding(try await handler())
        }
    }

    /// The same without a result.
    public func handle<Input: Decodable & Sendable>(
        _ channel: String, _ handler: @escaping @Sendable (Input) async throws -> Void
    ) {
        handlers.add(channel, HandlerSignature(.json(Input.self), .nothing)) { request in
            try await handler(try request.decode())
            return .none
        }
    }

    /// The same with neither.
    public func handle(_ channel: String, _ handler: @escaping @Sendable () async throws -> Void) {
        handlers.add(channel, HandlerSignature(.nothing, .nothing)) { _ in
            try await handler()
            return .none
        }
    }

    /// Adds a handler of bytes: an `ArrayBuffer` or typed array of the page, and an `ArrayBuffer` back.
    public func handleBytes(
        _ channel: String, _ handler: @escaping @Sendable ([UInt8], InvokeRequest) async throws -> [UInt8]
    ) {
        handlers.add(channel, .bytes) { request in
            guard case .bytes(let bytes) = request.payload else {
                throw WireError(.badRequest, "\(request.channel) takes binary data")
            }
            return .bytes(try await handler(bytes, request))
        }
    }

    /// Adds a handler that sees the call as it came and answers in any form.
    public func handleRaw(
        _ channel: String, _ handler: @escaping @Sendable (InvokeRequest) async throws -> InvokeReply
    ) {
        handlers.add(channel, .raw, handler)
    }

    /// The same for a handler that answers at once on the main thread. It must not take long: the windows wait for it.
    public func handleOnMain(
        _ channel: String, _ handler: @escaping @MainActor (InvokeRequest) throws -> InvokeReply
    ) {
        handlers.addOnMain(channel, handler)
    }
}

extension InvokeRequest {
    /// The arguments as a value of a type. Throws `WireError` with code `BAD_REQUEST` that says what is wrong with them.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        guard case .json(let text) = payload else {
            throw WireError(.badRequest, "\(channel) takes JSON arguments, not binary data")
        }
        do {
            return try JSONCoding.decode(type, from: text.utf8)
        } catch {
            throw WireError(.badRequest, "the arguments of \(channel) are wrong: \(JSONCoding.explain(error))")
        }
    }
}

extension InvokeReply {
    fileprivate static func encoding(_ value: some Encodable) throws -> InvokeReply {
        .jsonText(String(decoding: try JSONCoding.encode(value), as: UTF8.self))
    }
}
