internal import Glibc
package import KeystoneSupport
internal import Synchronization

/// A running child: the leader of a process group of its own, with pipes for its standard input, output and error.
///
/// Two threads belong to it. One moves bytes, the other starts it and waits for its end; neither touches a pool. When the leader has
/// ended, what is left of its group is killed, so that no grandchild outlives it (one that made a session of its own
/// escapes). Usable from any thread.
///
/// The first child makes the process ignore `SIGPIPE`: a child that dies must not take the host along. Children start
/// with the default.
package final class ChildProcess: Sendable {
    package enum WriteResult: Sendable, Hashable {
        case accepted
        /// The child does not read: as much as allowed is waiting already. Nothing was taken.
        case full
        /// The child is gone or its input is closed.
        case closed
    }

    private struct State {
        var queue = WriteQueue()
        var closesWhenEmpty = false
        /// Until then the id belongs to the child and may be signalled.
        var reaped: ExitStatus?
        var finished: ExitStatus?
        var waiters: [CheckedContinuation<ExitStatus, Never>] = []
    }

    package let pid: Int32
    private let maximumQueuedBytes: Int
    private let input: OwnedDescriptor
    private let output: OwnedDescriptor
    private let errorOutput: OwnedDescriptor
    /// Closed from the start where the child has no such output.
    private let messages: OwnedDescriptor
    private let wakeRead: OwnedDescriptor
    private let wakeWrite: OwnedDescriptor
    private let state = Mutex(State())

    private static let ignoreBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    package init(_ configuration: ChildConfiguration, handlers: ChildHandlers) throws(SystemError) {
        _ = ChildProcess.ignoreBrokenPipes
        let input = try OwnedDescriptor.pipe()
        let output = try OwnedDescriptor.pipe()
        let errorOutput = try OwnedDescriptor.pipe()
        let messages = configuration.hasMessageOutput ? try OwnedDescriptor.pipe() : nil
        let wake = try OwnedDescriptor.pipe()
        let own = [input.write, output.read, errorOutput.read, messages?.read, wake.read, wake.write]
        for end in own.compactMap({ $0 }) { try end.setNonBlocking() }
        maximumQueuedBytes = configuration.maximumQueuedBytes
        self.input = input.write
        self.output = output.read
        self.errorOutput = errorOutput.read
        self.messages = messages?.read ?? OwnedDescriptor(-1)
        (wakeRead, wakeWrite) = (wake.read, wake.write)
        let given = [input.read, output.write, errorOutput.write, messages?.write].compactMap { $0 }
        let thread = ChildThread()
        pid = try thread.start { () throws(SystemError) in
            try Spawn.start(configuration, descriptors: given.map(\.number))
        }
        for end in given { end.close() }
        do {
            // The messages are parsed on this thread, and nested JSON takes stack.
            try SystemThread.start(stackSize: 2 << 20) { [self] in moveBytes(handlers) }
        } catch {
            thread.then { [pid] in
                kill(-pid, SIGKILL)
                waitpid(pid, nil, 0)
            }
            throw error
        }
        thread.then { [self] in awaitEnd() }
    }

    // MARK: Input

    /// Hands bytes to the child's standard input; never blocks. What the pipe does not take now waits.
    package func write(_ bytes: [UInt8]) -> WriteResult {
        state.withLock { state in
            guard state.reaped == nil, !state.closesWhenEmpty, input.number >= 0 else { return .closed }
            guard state.queue.isEmpty || state.queue.queuedBytes + bytes.count <= maximumQueuedBytes else {
                return .full
            }
            let wasEmpty = state.queue.isEmpty
            state.queue.append(bytes)
            guard wasEmpty else { return .accepted }
            drain(&state)
            if !state.queue.isEmpty { wake() }
            return .accepted
        }
    }

    /// Bytes that wait for the child to read.
    package var queuedBytes: Int { state.withLock { $0.queue.queuedBytes } }

    /// Ends the child's standard input after what is queued.
    package func closeInput() {
        state.withLock { state in
            state.closesWhenEmpty = true
            drain(&state)
        }
        wake()
    }

    private func drain(_ state: inout State) {
        do {
            try state.queue.drain(to: input.number)
            if state.queue.isEmpty, state.closesWhenEmpty { input.close() }
        } catch {
            // Nobody reads any more; the child is about to end, or closed its input on purpose.
            state.queue.removeAll()
            input.close()
        }
    }

    // MARK: End

    /// How the child ended, `nil` while it runs.
    package var exitStatus: ExitStatus? { state.withLock { $0.finished } }

    /// Whether the child has ended. What it wrote last may still be on its way.
    package var hasEnded: Bool { state.withLock { $0.reaped != nil } }

    /// Returns when the child has ended, all its output was delivered and `exited` was called.
    package func waitForExit() async -> ExitStatus {
        await withCheckedContinuation { continuation in
            let finished = state.withLock { state in
                if state.finished == nil { state.waiters.append(continuation) }
                return state.finished
            }
            if let finished { continuation.resume(returning: finished) }
        }
    }

    /// Sends a signal to the child's whole group; nothing happens once it has ended.
    package func signalGroup(_ signal: Int32) {
        state.withLock { state in
            // Until it is reaped the id can't belong to another process.
            if state.reaped == nil { kill(-pid, signal) }
        }
    }

    /// Asks the group to end (`SIGTERM`) and makes it end (`SIGKILL`) after the grace period.
    @discardableResult
    package func terminate(grace: Duration, time: some TimeSource = SystemTime()) async -> ExitStatus {
        signalGroup(SIGTERM)
        return await waitForExit(orKillAfter: grace, time: time)
    }

    /// Waits for the end, and kills the group when it does not come in time.
    @discardableResult
    package func waitForExit(orKillAfter grace: Duration, time: some TimeSource = SystemTime()) async -> ExitStatus {
        // Detached: a cancelled caller still gets its child ended, after the whole grace period.
        let killer = Task.detached { [self] in
            do {
                try await time.sleep(for: grace)
            } catch {
                return  // It ended in time.
            }
            signalGroup(SIGKILL)
        }
        let status = await waitForExit()
        killer.cancel()
        return status
    }

    private func awaitEnd() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, SystemError.last("waitid").isInterruption
        {
            continue
        }
        state.withLock { state in
            kill(-pid, SIGKILL)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, SystemError.last("waitpid").isInterruption { continue }
            state.reaped = ExitStatus(waitStatus: status)
            state.queue.removeAll()
        }
        wake()
    }

    private func finish(_ status: ExitStatus, _ handlers: ChildHandlers) {
        for end in [input, output, errorOutput, messages] { end.close() }
        handlers.exited(status)
        let waiters = state.withLock { state in
            state.finished = status
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    // MARK: The moving thread

    private func wake() {
        var byte: UInt8 = 1
        // A full pipe wakes just as well.
        _ = Glibc.write(wakeWrite.number, &byte, 1)
    }

    /// Moves bytes until the child has ended and its output is drained.
    private func moveBytes(_ handlers: ChildHandlers) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let (ended, writing) = state.withLock { ($0.reaped, !$0.queue.isEmpty) }
            let outputsOpen = [output, errorOutput, messages].contains { $0.number >= 0 }
            if let ended, !outputsOpen { return finish(ended, handlers) }
            // poll ignores negative descriptors.
            var polled = [
                pollfd(fd: wakeRead.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: output.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errorOutput.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: messages.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: writing && ended == nil ? input.number : -1, events: Int16(POLLOUT), revents: 0),
            ]
            // A process that escaped the group can hold the pipes open: wait no longer than this for it.
            let count = poll(&polled, nfds_t(polled.count), ended == nil ? -1 : 500)
            if let ended, count == 0 { return finish(ended, handlers) }
            guard count > 0 else { continue }
            if polled[0].revents != 0 { _ = read(wakeRead.number, &buffer, buffer.count) }
            if polled[1].revents != 0 { deliver(output, &buffer, handlers.output) }
            if polled[2].revents != 0 { deliver(errorOutput, &buffer, handlers.errorOutput) }
            if polled[3].revents != 0 { deliver(messages, &buffer, handlers.messages) }
            if polled[4].revents != 0 { state.withLock { drain(&$0) } }
        }
    }

    private func deliver(
        _ descriptor: OwnedDescriptor, _ buffer: inout [UInt8], _ handler: (ArraySlice<UInt8>) -> Void
    ) {
        do {
            let count = try systemCall("read") { read(descriptor.number, &buffer, buffer.count) }
            if count == 0 { descriptor.close() } else { handler(buffer[..<count]) }
        } catch {
            if error.code != EAGAIN { descriptor.close() }
        }
    }
}
