internal import Glibc
internal import KeystoneProtocol
package import KeystoneSupport
internal import Synchronization

/// Where one process (Bun, a worker) connects for its streams, and the way to whichever run of it is connected now.
///
/// One for each process that the host keeps, for as long as it keeps it: `path` goes into the environment of every start,
/// `admit` names the process that was started, `dismiss` follows its end. Usable from any thread.
///
/// The socket lies in a directory of its own, mode 0700, so that a sandbox can be given this one alone.
package final class StreamListener: Sendable {
    private enum Target {
        /// Nobody is connected; who opens waits.
        case waiting
        case connected(StreamConnection)
        /// Nobody is going to connect.
        case closed(WireError)
    }

    private struct State {
        var target = Target.waiting
        /// The process that may connect.
        var admitted: Int32 = 0
        var isListening = false
    }

    /// What goes into `KEYSTONE_STREAM_SOCKET`.
    package let path: String
    package let directory: String
    /// `bun`, or the worker's name.
    package let process: String
    private let acceptor: StreamAcceptor
    private let time: any TimeSource
    private let arrivals: PendingAnswers<StreamConnection>
    private let logger: Logger
    private let state = Mutex(State())
    private let socket: OwnedDescriptor
    /// The accepting thread ends when the writing end is closed.
    private let endRead: OwnedDescriptor
    private let endWrite: OwnedDescriptor

    /// Begins to listen; nobody is let in before `admit`.
    ///
    /// - Parameters:
    ///   - process: How messages and `ByteStream.process` call it.
    ///   - parent: Where the private directory is made. It should be short: a socket's path has 107 bytes at most.
    ///   - acceptor: Answers what the process opens; called off the main thread.
    package init(
        process: String, parent: String = StreamListener.defaultParent(), time: any TimeSource = SystemTime(),
        logger: Logger = Logger("streams"), acceptor: @escaping StreamAcceptor
    ) throws(SystemError) {
        directory = try PrivateDirectory.make(in: parent)
        path = directory + "/streams"
        self.process = process
        self.acceptor = acceptor
        self.logger = logger
        self.time = time
        arrivals = PendingAnswers(time: time)
        do {
            socket = try UnixSocket.listen(at: path)
            (endRead, endWrite) = try OwnedDescriptor.pipe()
        } catch {
            PrivateDirectory.remove(directory, file: path)
            throw error
        }
    }

    deinit { shutDown("The app has ended") }

    /// `XDG_RUNTIME_DIR` where that leaves room for a socket's name, else `/tmp`.
    package static func defaultParent(_ environment: [String: String] = ProcessEnvironment.current) -> String {
        guard let given = environment["XDG_RUNTIME_DIR"], given.hasPrefix("/"), given.utf8.count <= 64,
            access(given, W_OK) == 0
        else { return "/tmp" }
        return given
    }

    // MARK: The process's life

    /// Lets this process and its descendants in from now on (a sandbox's launcher is the parent of what runs in it), and
    /// nobody else. Connections that came before wait in the kernel.
    package func admit(_ pid: Int32) {
        let begins = state.withLock { state in
            state.admitted = pid
            if case .closed = state.target { state.target = .waiting }
            defer { state.isListening = true }
            return !state.isListening
        }
        if begins { startAccepting() }
    }

    private func startAccepting() {
        do {
            try SystemThread.start(stackSize: 256 << 10) { [weak self, socket, endRead] in
                while UnixSocket.waitForConnection(socket.number, end: endRead.number) { self?.acceptAll() }
                socket.close()
            }
        } catch {
            logger.error("\(process) can have no streams: \(error)")
            close("no thread for the streams of \(process) could be started")
        }
    }

    /// The process has ended: its streams fail. Who opens a stream waits for the next process, within its time-out.
    package func dismiss() {
        disconnect(.waiting, WireError(.unavailable, "\(process) has ended"))
    }

    /// The process does not run, and is not going to unless somebody starts it again: streams fail, and so does who opens
    /// one.
    package func close(_ reason: String) {
        let error = WireError(.unavailable, reason)
        disconnect(.closed(error), error)
        arrivals.settleAll(.failure(error))
    }

    /// Closes for good, and removes the socket.
    package func shutDown(_ reason: String) {
        close(reason)
        endWrite.close()
        PrivateDirectory.remove(directory, file: path)
    }

    private func disconnect(_ target: Target, _ error: WireError) {
        let connection = state.withLock { state -> StreamConnection? in
            state.admitted = 0
            defer { state.target = target }
            if case .connected(let connection) = state.target { return connection }
            return nil
        }
        connection?.close(error)
    }

    // MARK: Streams

    /// Opens a stream, and returns when the process's handler has it.
    ///
    /// The time-out covers the wait for a process that starts, and for its handler. Throws `WireError`: `NO_HANDLER`,
    /// `UNAVAILABLE`, `TIMEOUT`, `TOO_LARGE`, or what the handler ends it with at once.
    package func open(
        _ channel: String, data: JSONValue = .null, timeout: Duration? = .seconds(10)
    ) async throws -> ByteStream {
        let start = time.now()
        let stream = try await connection(timeout).open(StreamOpening(channel: channel, data: data))
        let left = timeout.map { max($0 - (time.now() - start), .zero) }
        let timer = Task { [time, process] in
            guard let left else { return }
            do {
                try await time.sleep(for: left)
            } catch {
                return  // It was accepted in time.
            }
            stream.cancel(WireError(.timeout, "\(process) did not take the stream \(channel) in time"))
        }
        defer { timer.cancel() }
        try await stream.waitForAccept()
        return stream
    }

    private func connection(_ timeout: Duration?) async throws -> StreamConnection {
        if let connected = try current() { return connected }
        return try await arrivals.wait(timeout: timeout, what: { "\(self.process), which is starting," }) { id in
            // It may have come between the two looks.
            do throws(WireError) {
                if let connected = try current() { arrivals.settle(id, .success(connected)) }
            } catch {
                arrivals.settle(id, .failure(error))
            }
        }
    }

    private func current() throws(WireError) -> StreamConnection? {
        let target = state.withLock { $0.target }
        switch target {
        case .waiting: return nil
        case .connected(let connection): return connection
        case .closed(let error): throw error
        }
    }

    // MARK: Connections

    private func acceptAll() {
        do {
            while let socket = try UnixSocket.accept(from: socket.number) { try admitOrRefuse(socket) }
        } catch {
            logger.error("a connection for streams of \(process) failed: \(error)")
        }
    }

    private func admitOrRefuse(_ socket: OwnedDescriptor) throws(SystemError) {
        let peer = try UnixSocket.peer(of: socket.number)
        let admitted = state.withLock { $0.admitted }
        guard peer.user == geteuid(), admitted > 0, ProcessTree.isOrDescends(peer.pid, from: admitted) else {
            logger.warning(
                "process \(peer.pid) of user \(peer.user) tried to connect to the streams of \(process), and was refused"
            )
            return socket.close()
        }
        let connection = try StreamConnection(socket, peer: process, logger: logger, acceptor: acceptor) {
            [weak self] in
            self?.lost(socket)
        }
        let (old, isWanted) = state.withLock { state -> (StreamConnection?, Bool) in
            switch state.target {
            case .closed: return (nil, false)
            case .waiting:
                state.target = .connected(connection)
                return (nil, true)
            case .connected(let old):
                state.target = .connected(connection)
                return (old, true)
            }
        }
        old?.close(WireError(.unavailable, "\(process) has connected anew"))
        guard isWanted else { return connection.close(WireError(.unavailable, "the host is shutting down")) }
        arrivals.settleAll(.success(connection))
    }

    /// A connection is over.
    private func lost(_ socket: OwnedDescriptor) {
        state.withLock { state in
            if case .connected(let connection) = state.target, connection.uses(socket) { state.target = .waiting }
        }
    }
}
