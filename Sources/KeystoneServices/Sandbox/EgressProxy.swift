internal import Glibc
internal import KeystoneSupport
internal import Synchronization

/// The one way out of a sandbox with granted endpoints: an HTTP proxy (`CONNECT`, and plain HTTP) on a Unix socket that is
/// bound into the sandbox. It belongs to the host, so that it outlives main Bun and the worker. Usable from any thread.
///
/// A connection has a thread of its own; there are at most `maximumConnections`.
final class EgressProxy: Sendable {
    static let maximumConnections = 64
    /// A service declares what it needs before it starts, but its first request may overtake that on the way here.
    static let declarationGrace = 20

    private struct State {
        var policy: EgressPolicy
        var connections: [Int: OwnedDescriptor] = [:]
        var lastID = 0
        var told: Set<String> = []
    }

    let path: String
    private let worker: String
    private let logger: Logger
    private let state: Mutex<State>
    private let socket: OwnedDescriptor
    /// The accepting thread ends when the writing end is closed.
    private let endRead: OwnedDescriptor
    private let endWrite: OwnedDescriptor

    init(path: String, worker: String, policy: EgressPolicy) throws(SystemError) {
        self.path = path
        self.worker = worker
        logger = Logger("worker:\(worker)")
        state = Mutex(State(policy: policy))
        socket = try UnixSocket.listen(at: path)
        (endRead, endWrite) = try OwnedDescriptor.pipe()
        try SystemThread.start(stackSize: 128 << 10) { [weak self, socket, endRead] in
            while UnixSocket.waitForConnection(socket.number, end: endRead.number) { self?.acceptAll() }
            socket.close()
        }
    }

    deinit { close() }

    func declare(_ endpoints: [String]) { state.withLock { $0.policy.declare(endpoints) } }

    func close() {
        endWrite.close()
        let open = state.withLock { state in
            defer { state.connections = [:] }
            return Array(state.connections.values)
        }
        for connection in open { UnixSocket.shutDown(connection.number) }
        unlink(path)
    }

    // MARK: Connections

    private func acceptAll() {
        do throws(SystemError) {
            while let connection = try UnixSocket.accept(from: socket.number) { try serve(connection) }
        } catch {
            logger.error("a connection of the worker to the network failed: \(error)")
        }
    }

    private func serve(_ connection: OwnedDescriptor) throws(SystemError) {
        let id = state.withLock { state -> Int? in
            guard state.connections.count < EgressProxy.maximumConnections else { return nil }
            state.lastID += 1
            state.connections[state.lastID] = connection
            return state.lastID
        }
        guard let id else { return connection.close() }
        // Names are resolved on this thread, which takes stack.
        try SystemThread.start(stackSize: 512 << 10) { [weak self] in
            EgressExchange(client: connection).run { self?.decide($0) }
            self?.state.withLock { _ = $0.connections.removeValue(forKey: id) }
            connection.close()
        }
    }

    /// Why a request is refused; `nil` when it is not.
    private func decide(_ request: ProxyRequest) -> String? {
        for _ in 0..<EgressProxy.declarationGrace {
            switch state.withLock({ $0.policy.answer(host: request.host, port: request.port) }) {
            case .allowed: return nil
            case .notGranted:
                return refuse(
                    request,
                    "the app does not grant it (security.network.allowedEndpoints, or the worker's networkEndpoints)")
            case .notDeclared: usleep(50_000)
            }
        }
        return refuse(request, "no service of the worker declares it with .network()")
    }

    private func refuse(_ request: ProxyRequest, _ reason: String) -> String {
        let text = "\(request.host):\(request.port) is not allowed: \(reason)"
        // Each host once, and not without end: the worker chooses their names.
        let isNew = state.withLock { $0.told.count < 100 && $0.told.insert("\(request.host):\(request.port)").inserted }
        if isNew { logger.warning(text) }
        return text
    }
}
