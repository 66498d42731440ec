internal import Dispatch
internal import Glibc
internal import KeystoneProtocol
package import KeystoneSupport
internal import Synchronization

/// Reads the connections of all pages, so that their calls need not wait for the main thread.
///
/// One thread reads, and runs a call that comes alone by itself. Where that takes long, another thread takes over the
/// reading, and the first one ends when it is back.
package final class PageSocketLoop: Sendable {
    private struct Member {
        var connection: PageConnection
        var handlers: PageConnectionHandlers
    }

    private struct State {
        var members: [Member] = []
        var isStopped = false
        var isStarted = false
        /// Counts the threads: only the last one may read.
        var reader = 0
        /// Threads that read, or are still in a handler.
        var threads = 0
        var watch = HandlerWatch()
    }

    private static let bufferSize = 256 << 10
    /// With so many threads in slow handlers no more calls are run by the thread that reads.
    private static let maximumThreads = 8

    private let state = Mutex(State())
    private let wakeRead: OwnedDescriptor
    private let wakeWrite: OwnedDescriptor
    private let watching = DispatchQueue(label: "keystone.page-socket-loop")

    package init() throws(SystemError) {
        (wakeRead, wakeWrite) = try OwnedDescriptor.pipe()
        try wakeRead.setNonBlocking()
        try wakeWrite.setNonBlocking()
    }

    /// How many connections are open.
    package var count: Int { state.withLock { $0.members.count } }

    package func makeConnection(_ descriptor: OwnedDescriptor) -> PageConnection {
        PageConnection(descriptor) { [weak self] in self?.wake() }
    }

    /// Reads the connection from now on. The thread starts with the first.
    package func add(_ connection: PageConnection, _ handlers: PageConnectionHandlers) throws(SystemError) {
        let starts = state.withLock { state in
            state.members.append(Member(connection: connection, handlers: handlers))
            defer { state.isStarted = true }
            return !state.isStarted
        }
        guard starts else { return wake() }
        do throws(SystemError) {
            try startReader()
        } catch {
            state.withLock { state in
                state.isStarted = false
                state.members.removeAll()
            }
            throw error
        }
    }

    /// Closes all connections and ends the thread.
    package func stop() {
        let members = state.withLock { state in
            state.isStopped = true
            return state.members
        }
        for member in members { member.connection.close() }
        wake()
    }

    private func wake() {
        var byte: UInt8 = 1
        // A full pipe wakes just as well.
        _ = write(wakeWrite.number, &byte, 1)
    }

    // MARK: The reading thread

    private func startReader() throws(SystemError) {
        try SystemThread.start(stackSize: 2 << 20) { [self] in
            let number = state.withLock { state in
                state.reader += 1
                state.threads += 1
                return state.reader
            }
            run(number)
            state.withLock { $0.threads -= 1 }
        }
    }

    private func run(_ number: Int) {
        var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
        var spin = SpinWait()
        while let members = removeEnded(number) {
            var polled = [pollfd(fd: wakeRead.number, events: Int16(POLLIN), revents: 0)]
            for member in members {
                polled.append(
                    pollfd(fd: member.connection.descriptor.number, events: member.connection.awaited ?? 0, revents: 0))
            }
            guard spin.poll(&polled) > 0 else { continue }
            if polled[0].revents != 0 { _ = read(wakeRead.number, &buffer, 4096) }
            for (member, entry) in zip(members, polled.dropFirst()) where entry.revents != 0 {
                guard isReader(number) else { return }
                serve(member, entry.revents, &buffer)
            }
        }
    }

    private func isReader(_ number: Int) -> Bool { state.withLock { $0.reader == number } }

    private func serve(_ member: Member, _ events: Int16, _ buffer: inout [UInt8]) {
        if events & Int16(POLLOUT) != 0 { member.connection.writable() }
        guard events & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { return }
        do throws(WireError) {
            guard let frames = try member.connection.read(&buffer) else { return end(member, nil) }
            deliver(frames, to: member)
        } catch {
            end(member, error)
        }
    }

    private func deliver(_ frames: [PageFrame], to member: Member) {
        if frames.count == 1, let number = beginHandler() {
            member.handlers.received(frames[0], true)
            state.withLock { $0.watch.end(number) }
        } else if !frames.isEmpty {
            member.connection.burst(true)
            for frame in frames { member.handlers.received(frame, false) }
            member.connection.burst(false)
        }
    }

    private func end(_ member: Member, _ error: WireError?) {
        member.connection.close()
        member.handlers.closed(error)
    }

    /// The members that go on; `nil` when this thread has to end.
    private func removeEnded(_ number: Int) -> [Member]? {
        let (members, ended, goesOn): ([Member], [Member], Bool) = state.withLock { state in
            guard state.reader == number else { return ([], [], false) }
            let ended = state.members.filter { $0.connection.awaited == nil }
            if !ended.isEmpty { state.members.removeAll { $0.connection.awaited == nil } }
            return (state.members, ended, !state.isStopped || !state.members.isEmpty)
        }
        for member in ended { member.connection.descriptor.close() }
        return goesOn ? members : nil
    }

    // MARK: Handlers that take long

    /// The handler's number; `nil` where too many take long already.
    private func beginHandler() -> Int? {
        let begun: (number: Int, startsLooking: Bool)? = state.withLock { state in
            state.threads <= Self.maximumThreads ? state.watch.begin() : nil
        }
        if begun?.startsLooking == true { lookLater() }
        return begun?.number
    }

    private func lookLater() {
        watching.asyncAfter(deadline: .now() + .milliseconds(HandlerWatch.interval)) { [weak self] in self?.look() }
    }

    private func look() {
        switch state.withLock({ $0.watch.look() }) {
        case .lookAgain: lookLater()
        case .quiet: break
        case .takeOver:
            do throws(SystemError) {
                try startReader()
            } catch {
                // Without another thread the calls wait for this one.
                Logger("host").warning("a slow handler holds up the pages' calls: \(error)")
            }
        }
    }
}
