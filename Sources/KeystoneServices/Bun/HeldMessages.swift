internal import KeystoneProtocol

/// Messages that wait for a process which starts, in order and bounded.
struct HeldMessages {
    static let maximumCount = 1_000
    static let maximumBytes = 16 << 20

    private var messages: [HostToBun] = []
    private var bytes = 0

    mutating func append(_ message: HostToBun, for identity: BunIdentity) throws(WireError) {
        let size = message.line.count
        guard messages.count < Self.maximumCount, bytes + size <= Self.maximumBytes else {
            throw WireError(.unavailable, "\(identity.subject) is starting, and \(messages.count) messages wait for it")
        }
        messages.append(message)
        bytes += size
    }

    mutating func takeAll() -> [HostToBun] {
        defer { self = HeldMessages() }
        return messages
    }
}
