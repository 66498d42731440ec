internal import KeystoneProtocol

/// Looks again at what somebody waits for. Called outside of locks, once.
typealias StreamWake = @Sendable () -> Void

/// One stream as its connection knows it.
struct StreamEntry {
    enum Reading {
        case open
        /// The other side has sent its last byte; what is in the inbox can still be read.
        case ended
        /// This side wants no more.
        case stopped
    }

    enum Writing {
        case open
        case ended
        /// The other side wants no more.
        case stopped
    }

    struct Writer {
        var ticket: Int
        var wake: StreamWake?
    }

    let id: UInt32
    /// Whether frames for it still mean anything.
    var isOnWire = true
    /// The other side's handler has it. A stream that came from there needs no word.
    var isAccepted: Bool
    var reading = Reading.open
    var writing = Writing.open
    /// Why it is over, where it did not end in order.
    var failure: WireError?

    /// Bytes that may be sent.
    var sendCredit = StreamLimits.window
    /// Bytes that the other side may send.
    var receiveCredit = StreamLimits.window
    /// Bytes that were read here and that the other side has no credit for yet.
    var unreturned = 0
    var inbox = ChunkQueue()

    /// Writes in the order of their calls; the first one's turn it is.
    var writers: [Writer] = []
    var lastTicket = 0
    /// `end` follows the last of the writers.
    var endsAfterWrites = false
    var waitsForRoom = false
    /// Room in the outbox is reserved for its first writer.
    var hasTurn = false
    /// Readers, and whoever waits for `accept`.
    var listeners: [StreamWake] = []

    init(id: UInt32, isAccepted: Bool) {
        self.id = id
        self.isAccepted = isAccepted
    }

    var isOver: Bool { failure != nil || (reading != .open && writing != .open) }

    mutating func takeListeners() -> [StreamWake] {
        defer { listeners = [] }
        return listeners
    }

    mutating func takeWriters() -> [StreamWake] {
        var wakes: [StreamWake] = []
        for index in writers.indices {
            if let wake = writers[index].wake { wakes.append(wake) }
            writers[index].wake = nil
        }
        return wakes
    }
}
