internal import KeystoneProtocol

/// The state of one connection and of all its streams: what frames, reads and writes do to it. No input or output.
///
/// Streams have a key of their own here: it stays valid when the stream is over and until its holder forgets it.
struct StreamTable {
    typealias Key = Int

    enum Read: Hashable {
        case bytes(ArraySlice<UInt8>)
        case end
        case failed(WireError)
        case wait
    }

    enum Write: Hashable {
        case done
        case failed(WireError)
        case wait
    }

    /// Above this many bytes of unsent frames, writes wait.
    private static let highWater = 256 << 10
    /// With others waiting, a stream sends so many bytes in its turn.
    private static let turn = 64 << 10
    /// Unsent frames that are no chunks: who reads so little gets no more answers.
    private static let controlLimit = 4 << 20

    /// Why the connection is over.
    private(set) var failure: WireError?
    var entries: [Key: StreamEntry] = [:]
    var keys: [UInt32: Key] = [:]
    private var lastKey = 0
    private var nextID: UInt32
    private let ownParity: UInt32
    /// Streams that are over on the wire, with bytes that nobody has read yet: they count.
    private var unread: Set<Key> = []

    var outbox = StreamOutbox()
    /// Streams with a write that waits for its turn, in order.
    private var roomWaiters: [Key] = []
    /// Room that was given to writes that have not used it yet.
    private var reserved = 0
    private var wakes: [StreamWake] = []
    /// Streams that the other side has opened, for the handlers.
    private var incoming: [(key: Key, opening: StreamOpening)] = []
    /// Whether the last frames' bytes are still held as slices of the buffer they came in.
    var holdsInput = false

    /// - Parameter listens: The listening side's streams have even ids, the connecting side's odd ones.
    init(listens: Bool) {
        ownParity = listens ? 0 : 1
        nextID = listens ? 2 : 1
    }

    // MARK: What the connection takes out

    mutating func takeWakes() -> [StreamWake] {
        defer { wakes = [] }
        return wakes
    }

    mutating func takeIncoming() -> [(key: Key, opening: StreamOpening)] {
        defer { incoming = [] }
        return incoming
    }

    /// The frames to send next; the outbox is empty then, and writers go on.
    mutating func takeOutbox() -> StreamOutbox {
        defer {
            outbox = StreamOutbox()
            wakeForRoom()
        }
        return outbox
    }

    // MARK: Opening

    /// Streams that count against the limit.
    var openCount: Int { keys.count + unread.count }

    mutating func open(_ opening: StreamOpening) throws(WireError) -> Key {
        if let failure { throw failure }
        guard openCount < StreamLimits.streams else {
            throw WireError(.unavailable, "\(StreamLimits.streams) streams are open on this connection; close some")
        }
        guard opening.json.count <= StreamLimits.open else {
            throw WireError(
                .tooLarge, "the data of a stream's opening is over \(StreamLimits.open) bytes; send it as bytes")
        }
        let id = nextID
        nextID = nextID >= UInt32.max - 2 ? ownParity + 2 : nextID + 2
        outbox.append(.open(opening), stream: id)
        return add(StreamEntry(id: id, isAccepted: false))
    }

    private mutating func add(_ entry: StreamEntry) -> Key {
        lastKey += 1
        entries[lastKey] = entry
        keys[entry.id] = lastKey
        return lastKey
    }

    mutating func accept(_ key: Key) {
        guard let entry = entries[key], entry.isOnWire else { return }
        outbox.append(.accept, stream: entry.id)
    }

    // MARK: Frames from the other side

    mutating func receive(_ id: UInt32, _ frame: StreamFrame) throws(StreamProtocolBreak) {
        if case .open(let opening) = frame {
            try receiveOpen(id, opening)
        } else if let key = keys[id] {
            try receive(frame, for: key)
        }
        // Anything else is for a stream that is over.
        if outbox.controlCount > StreamTable.controlLimit {
            throw StreamProtocolBreak("it does not read: \(outbox.controlCount) bytes of answers are waiting")
        }
    }

    private mutating func receiveOpen(_ id: UInt32, _ opening: StreamOpening) throws(StreamProtocolBreak) {
        guard id % 2 != ownParity, id != 0 else { throw StreamProtocolBreak("\"open\" with the id \(id)") }
        guard keys[id] == nil else { throw StreamProtocolBreak("\"open\" of stream \(id), which is open") }
        guard openCount < StreamLimits.streams else {
            let error = WireError(.unavailable, "\(StreamLimits.streams) streams are open on this connection")
            outbox.append(.reset(error), stream: id)
            return
        }
        incoming.append((add(StreamEntry(id: id, isAccepted: true)), opening))
    }

    private mutating func receive(_ frame: StreamFrame, for key: Key) throws(StreamProtocolBreak) {
        guard var entry = entries.removeValue(forKey: key) else { return }
        defer { put(entry, key) }
        switch frame {
        case .open: break
        case .accept:
            guard !entry.isAccepted else { throw StreamProtocolBreak("\"accept\" of stream \(entry.id) out of turn") }
            entry.isAccepted = true
        case .chunk(let bytes):
            guard entry.reading != .ended else { throw StreamProtocolBreak("\"chunk\" after \"end\"") }
            guard bytes.count <= entry.receiveCredit else {
                throw StreamProtocolBreak(
                    "\(bytes.count) bytes on stream \(entry.id) with \(entry.receiveCredit) of credit")
            }
            entry.receiveCredit -= bytes.count
            if entry.reading == .open, entry.inbox.append(bytes) { holdsInput = true }
        case .end:
            guard entry.reading != .ended else { throw StreamProtocolBreak("\"end\" twice") }
            if entry.reading == .open { entry.reading = .ended }
        case .stop:
            if entry.writing == .open { entry.writing = .stopped }
        case .reset(let error):
            entry.failure = error
            // What was not read yet is of no account any more.
            if !entry.inbox.isEmpty { entry.reading = .open }
            entry.isOnWire = false
        case .credit(let count):
            guard count > 0, entry.sendCredit + count <= StreamLimits.credit else {
                throw StreamProtocolBreak("\"credit\" of \(count) over \(entry.sendCredit)")
            }
            entry.sendCredit += count
        }
        // A credit concerns writers alone, a chunk readers alone.
        if case .credit = frame { wakes += entry.takeWriters() } else { wakes += entry.takeListeners() }
        if entry.isOver || entry.writing == .stopped { wakes += entry.takeWriters() }
    }

    /// Puts an entry back, off the wire where both directions are over.
    private mutating func put(_ entry: StreamEntry, _ key: Key) {
        var entry = entry
        if entry.isOver { entry.isOnWire = false }
        if !entry.isOnWire, keys[entry.id] == key {
            keys[entry.id] = nil
            if !entry.inbox.isEmpty, entry.reading == .ended { unread.insert(key) }
        }
        if entry.failure != nil, entry.reading != .ended { entry.inbox.removeAll() }
        entries[key] = entry
    }

    // MARK: Reading

    mutating func read(_ key: Key) -> Read {
        guard var entry = entries.removeValue(forKey: key) else { return .end }
        defer { put(entry, key) }
        if let bytes = entry.inbox.popFirst() {
            if entry.inbox.isEmpty { unread.remove(key) }
            returnCredit(bytes.count, &entry)
            return .bytes(bytes)
        }
        switch entry.reading {
        case .ended, .stopped: return .end
        case .open: return entry.failure.map { .failed($0) } ?? .wait
        }
    }

    private mutating func returnCredit(_ count: Int, _ entry: inout StreamEntry) {
        entry.unreturned += count
        guard entry.unreturned >= StreamLimits.window / 4, entry.isOnWire, entry.reading == .open else { return }
        outbox.append(.credit(entry.unreturned), stream: entry.id)
        entry.receiveCredit += entry.unreturned
        entry.unreturned = 0
    }

    /// Registers the wake where there is nothing to read yet; answers whether it did.
    mutating func waitToRead(_ key: Key, _ wake: @escaping StreamWake) -> Bool {
        guard let entry = entries[key], entry.inbox.isEmpty, entry.reading == .open, entry.failure == nil else {
            return false
        }
        entries[key]?.listeners.append(wake)
        return true
    }

    /// Wakes readers and whoever waits for `accept`; they look whether they are cancelled.
    mutating func wakeListeners(_ key: Key) {
        wakes += entries[key]?.takeListeners() ?? []
    }

    mutating func stopReading(_ key: Key) {
        guard var entry = entries.removeValue(forKey: key) else { return }
        defer { put(entry, key) }
        if entry.isOnWire, entry.reading == .open { outbox.append(.stop, stream: entry.id) }
        entry.reading = .stopped
        entry.inbox.removeAll()
        unread.remove(key)
        wakes += entry.takeListeners()
    }

    // MARK: Accepting

    /// Whether the other side's handler has the stream; throws when it never will.
    func isAccepted(_ key: Key) throws(WireError) -> Bool {
        guard let entry = entries[key] else { return false }
        if let failure = entry.failure, !entry.isAccepted { throw failure }
        return entry.isAccepted
    }

    mutating func waitForAccept(_ key: Key, _ wake: @escaping StreamWake) -> Bool {
        guard let entry = entries[key], !entry.isAccepted, entry.failure == nil else { return false }
        entries[key]?.listeners.append(wake)
        return true
    }

    // MARK: Writing

    /// Gives a write its place behind those before it.
    mutating func beginWrite(_ key: Key) -> Int {
        guard var entry = entries.removeValue(forKey: key) else { return 0 }
        defer { put(entry, key) }
        entry.lastTicket += 1
        entry.writers.append(StreamEntry.Writer(ticket: entry.lastTicket))
        return entry.lastTicket
    }

    /// Moves as much as it may from `rest` into the outbox.
    mutating func write(_ key: Key, _ ticket: Int, _ rest: inout ArraySlice<UInt8>) -> Write {
        guard var entry = entries.removeValue(forKey: key) else { return .failed(StreamTable.gone) }
        defer { put(entry, key) }
        entry.waitsForRoom = false
        let hasTurn = takeTurn(&entry)
        defer { wakeForRoom() }
        if let error = whyNotWrite(entry) { return .failed(error) }
        guard entry.writers.first?.ticket == ticket, hasTurn || roomWaiters.isEmpty else { return .wait }
        while !rest.isEmpty {
            guard entry.sendCredit > 0, room > 0 else { return .wait }
            let piece = rest.prefix(min(entry.sendCredit, roomWaiters.isEmpty ? StreamLimits.chunk : StreamTable.turn))
            outbox.appendChunk(piece, stream: entry.id)
            entry.sendCredit -= piece.count
            rest = rest.dropFirst(piece.count)
            // The others have their turns now.
            if !roomWaiters.isEmpty, !rest.isEmpty { return .wait }
        }
        return .done
    }

    /// Bytes that may go into the outbox now.
    private var room: Int { StreamTable.highWater - outbox.count - reserved }

    private mutating func takeTurn(_ entry: inout StreamEntry) -> Bool {
        guard entry.hasTurn else { return false }
        entry.hasTurn = false
        reserved -= StreamTable.turn
        return true
    }

    private func whyNotWrite(_ entry: StreamEntry) -> WireError? {
        if let failure = entry.failure { return failure }
        switch entry.writing {
        case .open: return entry.endsAfterWrites && entry.writers.isEmpty ? StreamTable.finished : nil
        case .ended: return StreamTable.finished
        case .stopped: return WireError(.aborted, "the stream's other side reads no more")
        }
    }

    /// Registers the wake of a write that can't go on; answers whether it did.
    mutating func waitToWrite(_ key: Key, _ ticket: Int, _ wake: @escaping StreamWake) -> Bool {
        guard let entry = entries[key], whyNotWrite(entry) == nil,
            let place = entry.writers.firstIndex(where: { $0.ticket == ticket })
        else { return false }
        if place == 0, entry.sendCredit > 0 {
            guard room <= 0 || !roomWaiters.isEmpty else { return false }
            if !entry.waitsForRoom {
                entries[key]?.waitsForRoom = true
                roomWaiters.append(key)
            }
        }
        entries[key]?.writers[place].wake = wake
        wakeForRoom()
        return true
    }

    mutating func wakeWriters(_ key: Key) {
        wakes += entries[key]?.takeWriters() ?? []
    }

    /// The write is over: done, failed or cancelled.
    mutating func endWrite(_ key: Key, _ ticket: Int) {
        guard var entry = entries.removeValue(forKey: key) else { return }
        entry.writers.removeAll { $0.ticket == ticket }
        _ = takeTurn(&entry)
        if let wake = entry.writers.first?.wake {
            entry.writers[0].wake = nil
            wakes.append(wake)
        }
        put(entry, key)
        if entry.endsAfterWrites { finish(key) }
        wakeForRoom()
    }

    /// Ends writing after the writes under way.
    mutating func finish(_ key: Key) {
        guard var entry = entries.removeValue(forKey: key) else { return }
        defer { put(entry, key) }
        entry.endsAfterWrites = true
        guard entry.isOnWire, entry.writing == .open, entry.writers.isEmpty else { return }
        outbox.append(.end, stream: entry.id)
        entry.writing = .ended
        wakes += entry.takeListeners()
    }

    /// Gives some of those that wait for room their turns. Each of them writes, or ends its write; either wakes others.
    private mutating func wakeForRoom() {
        while room > 0, !roomWaiters.isEmpty {
            let key = roomWaiters.removeFirst()
            guard entries[key]?.waitsForRoom == true else { continue }
            entries[key]?.waitsForRoom = false
            guard let wake = entries[key]?.writers.first?.wake else { continue }
            entries[key]?.writers[0].wake = nil
            entries[key]?.hasTurn = true
            reserved += StreamTable.turn
            wakes.append(wake)
        }
    }

    // MARK: The end

    func isOver(_ key: Key) -> Bool { entries[key]?.isOver ?? true }

    mutating func waitUntilOver(_ key: Key, _ wake: @escaping StreamWake) -> Bool {
        guard !isOver(key) else { return false }
        entries[key]?.listeners.append(wake)
        return true
    }

    /// Ends both directions at once; what this side has not read is dropped.
    mutating func reset(_ key: Key, _ error: WireError) {
        guard var entry = entries.removeValue(forKey: key) else { return }
        defer { put(entry, key) }
        if entry.isOnWire { outbox.append(.reset(error), stream: entry.id) }
        if !entry.isOver { entry.failure = error }
        entry.inbox.removeAll()
        unread.remove(key)
        wakes += entry.takeListeners() + entry.takeWriters()
    }

    /// Its holder is gone.
    mutating func forget(_ key: Key) {
        reset(key, WireError(.aborted, "the stream was let go"))
        entries[key] = nil
        wakeForRoom()
    }

    /// The connection is over; so are all its streams.
    mutating func fail(_ error: WireError) {
        guard failure == nil else { return }
        failure = error
        outbox = StreamOutbox()
        roomWaiters = []
        for key in entries.keys {
            guard var entry = entries[key] else { continue }
            if !entry.isOver { entry.failure = error }
            entry.isOnWire = false
            wakes += entry.takeListeners() + entry.takeWriters()
            put(entry, key)
        }
    }

    private static let gone = WireError(.aborted, "the stream is over")
    private static let finished = WireError(.badRequest, "the stream was finished: nothing can be written after that")
}
