internal import Glibc
internal import KeystoneSupport

/// One connection of a worker to the proxy, from its first byte to its last. Blocks its thread.
struct EgressExchange {
    private static let maximumHeadBytes = 64 << 10
    private static let headTimeoutMilliseconds: Int32 = 15_000

    let client: OwnedDescriptor

    /// - Parameter refusal: Why a request may not pass; `nil` when it may.
    func run(refusal: (ProxyRequest) -> String?) {
        do throws(SystemError) {
            guard let (head, rest) = try readHead() else { return }
            guard let request = ProxyRequest(head: head) else {
                return try answer("400 Bad Request", "This proxy knows CONNECT and plain http addresses.")
            }
            if let reason = refusal(request) { return try answer("403 Forbidden", reason) }
            let server: OwnedDescriptor
            do throws(OutgoingConnection.Failure) {
                server = try OutgoingConnection.open(host: request.host, port: request.port)
            } catch {
                return try answer("502 Bad Gateway", error.reason)
            }
            if let forwarded = request.forwardedHead {
                try write(forwarded[...], to: server)
            } else {
                try write(ArraySlice("HTTP/1.1 200 Connection Established\r\n\r\n".utf8), to: client)
            }
            try write(rest, to: server)
            ByteRelay(client, server).run()
        } catch {
            return  // One of the two is gone, and with it the exchange.
        }
    }

    /// The head with its empty line, and what came after it; `nil` when none comes.
    private func readHead() throws(SystemError) -> ([UInt8], ArraySlice<UInt8>)? {
        var bytes: [UInt8] = []
        var buffer = UnixSocket.buffer(16 << 10)
        while bytes.count < EgressExchange.maximumHeadBytes {
            guard try wait(client, for: POLLIN, EgressExchange.headTimeoutMilliseconds) else { return nil }
            guard let count = try UnixSocket.receive(into: &buffer, from: client.number) else { continue }
            if count == 0 { return nil }
            let searchFrom = max(0, bytes.count - 3)
            bytes += buffer[..<count]
            if let end = endOfHead(bytes, from: searchFrom) { return (Array(bytes[..<end]), bytes[end...]) }
        }
        return nil
    }

    private func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        let mark = Array("\r\n\r\n".utf8)
        return (start...bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == mark }.map { $0 + 4 }
    }

    private func answer(_ status: String, _ reason: String) throws(SystemError) {
        let body = Array((reason + "\n").utf8)
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(body.count)\r\n"
            + "Connection: close\r\n\r\n"
        try write(ArraySlice(Array(head.utf8) + body), to: client)
    }

    private func write(_ bytes: ArraySlice<UInt8>, to socket: OwnedDescriptor) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try UnixSocket.send([rest], to: socket.number)
            rest = rest.dropFirst(count)
            if count == 0, !(try wait(socket, for: POLLOUT, EgressExchange.headTimeoutMilliseconds)) {
                throw SystemError(code: ETIMEDOUT, operation: "send")
            }
        }
    }

    private func wait(_ socket: OwnedDescriptor, for event: Int32, _ limit: Int32) throws(SystemError) -> Bool {
        var polled = pollfd(fd: socket.number, events: Int16(event), revents: 0)
        return try systemCall("poll") { poll(&polled, 1, limit) } > 0
    }
}

/// Moves bytes between two sockets until both directions have ended. Each direction holds one buffer: who does not read
/// stops the other's writing.
struct ByteRelay {
    private struct Direction {
        let from: Int32
        let to: Int32
        var buffer = UnixSocket.buffer(64 << 10)
        var waiting: ArraySlice<UInt8> = []
        var hasEnded = false

        /// Reads when nothing waits, writes what waits. Throws when the receiver is gone.
        mutating func move() throws(SystemError) {
            if waiting.isEmpty, !hasEnded, let count = try UnixSocket.receive(into: &buffer, from: from) {
                waiting = buffer[..<count]
                if count == 0 {
                    hasEnded = true
                    shutdown(to, Int32(SHUT_WR))
                }
            }
            if !waiting.isEmpty { waiting = waiting.dropFirst(try UnixSocket.send([waiting], to: to)) }
        }
    }

    private var directions: [Direction]

    init(_ one: OwnedDescriptor, _ other: OwnedDescriptor) {
        directions = [Direction(from: one.number, to: other.number), Direction(from: other.number, to: one.number)]
    }

    consuming func run() {
        while directions.contains(where: { !$0.hasEnded || !$0.waiting.isEmpty }) {
            var polled = directions.map { direction in
                direction.waiting.isEmpty
                    ? pollfd(fd: direction.hasEnded ? -1 : direction.from, events: Int16(POLLIN), revents: 0)
                    : pollfd(fd: direction.to, events: Int16(POLLOUT), revents: 0)
            }
            guard poll(&polled, 2, -1) > 0 else { continue }
            do throws(SystemError) {
                for index in directions.indices where polled[index].revents != 0 { try directions[index].move() }
            } catch {
                return  // One of the two is gone.
            }
        }
    }
}
