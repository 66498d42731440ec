internal import KeystoneProtocol
public import KeystoneSupport

/// A page's `invoke(channel, args)`, as its handler receives it. Everything in it is the page's word: untrusted.
public struct InvokeRequest: Sendable {
    /// What came with the call.
    @frozen
    public enum Payload: Sendable {
        /// JSON text; empty when the page passed `undefined`.
        case json(Substring)
        /// An `ArrayBuffer` or typed array.
        case bytes([UInt8])
    }

    public let channel: String
    /// The native window whose page called.
    public let windowID: String
    /// The component that the window was opened for.
    public let component: String
    public let payload: Payload

    package init(channel: String, windowID: String, component: String, payload: Payload) {
        self.channel = channel
        self.windowID = windowID
        self.component = component
        self.payload = payload
    }

    /// The arguments as a JSON value; `null` when there are none. Parsed anew on each call.
    ///
    /// Throws `WireError` with code `BAD_REQUEST` when they are not JSON, or bytes.
    public func arguments() throws -> JSONValue {
        switch payload {
        case .bytes:
            throw WireError(.badRequest, "\(channel) takes JSON arguments, not binary data")
        case .json(let text):
            guard !text.isEmpty else { return .null }
            do {
                return try JSONValue.parse(text.utf8)
            } catch {
                throw WireError(.badRequest, "the arguments of \(channel) are not JSON: \(error)")
            }
        }
    }
}

/// What a handler answers.
public enum InvokeReply: Sendable {
    /// `undefined` in the page.
    case none
    case json(JSONValue)
    /// JSON text that is passed on as it is; the handler vouches for it.
    case jsonText(String)
    /// An `ArrayBuffer` in the page.
    case bytes([UInt8])
}
