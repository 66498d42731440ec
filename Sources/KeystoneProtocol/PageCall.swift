package import KeystoneSupport

/// A message to `keystone`: `ID LF CHANNEL LF ARGS`, or `ID LF LF` to cancel.
///
/// The parts are slices of the message; nothing is copied until the arguments are parsed.
package enum PageCall: Sendable, Hashable {
    /// `args` is JSON text, empty for undefined.
    case invoke(id: Substring, channel: Substring, args: Substring)
    case cancel(id: Substring)

    package static let maximumID = 64
    package static let maximumChannel = 256

    package init(_ body: String) throws(WireError) {
        let bytes = body.utf8
        // A header without its line breaks must not make the host search 128 MiB for them.
        let head = bytes.prefix(PageCall.maximumID + 1 + PageCall.maximumChannel + 1)
        guard let first = head.firstIndex(of: 0x0a) else { throw PageCall.bad("no line break after the id") }
        let afterID = bytes.index(after: first)
        guard let second = head[afterID...].firstIndex(of: 0x0a) else {
            throw PageCall.bad("no line break after the channel, or a channel of over \(PageCall.maximumChannel) bytes")
        }
        let id = body[..<first]
        let channel = body[afterID..<second]
        let args = body[bytes.index(after: second)...]
        guard !id.isEmpty, id.utf8.count <= PageCall.maximumID else {
            throw PageCall.bad("the id must have 1 to \(PageCall.maximumID) bytes")
        }
        if channel.isEmpty {
            guard args.isEmpty else { throw PageCall.bad("the channel is empty") }
            self = .cancel(id: id)
            return
        }
        guard channel.utf8.count <= PageCall.maximumChannel else {
            throw PageCall.bad("a channel of over \(PageCall.maximumChannel) bytes")
        }
        self = .invoke(id: id, channel: channel, args: args)
    }

    /// The arguments' value, `nil` for undefined.
    package static func parseArgs(_ args: Substring) throws(WireError) -> JSONValue? {
        guard !args.isEmpty else { return nil }
        do {
            return try JSONValue.parse(args.utf8)
        } catch {
            throw WireError(.badRequest, "The arguments are not JSON: \(error)")
        }
    }

    private static func bad(_ reason: String) -> WireError {
        WireError(.badRequest, "Not a call (ID, line break, CHANNEL, line break, ARGS): \(reason)")
    }
}
