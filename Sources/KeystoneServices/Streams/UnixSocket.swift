internal import CPosix
internal import Glibc
package import KeystoneSupport

/// System calls on Unix stream sockets.
package enum UnixSocket {
    /// The id and user of the process that connected.
    struct Peer: Sendable, Hashable {
        var pid: Int32
        var user: UInt32
    }

    /// A socket that listens at a new path, mode 0600.
    static func listen(at path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try make()
        var address = try unixAddress(path)
        // The mode counts from the start: nobody else may connect between `bind` and a later `chmod`. The directory is
        // private anyway.
        try systemCall("fchmod", path: path) { fchmod(socket.number, 0o600) }
        try systemCall("bind", path: path) {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        try systemCall("chmod", path: path) { chmod(path, 0o600) }
        try systemCall("listen", path: path) { Glibc.listen(socket.number, 8) }
        try socket.setNonBlocking()
        return socket
    }

    /// The next connection; `nil` when there is none.
    static func accept(from listener: Int32) throws(SystemError) -> OwnedDescriptor? {
        do throws(SystemError) {
            let socket = OwnedDescriptor(try systemCall("accept") { Glibc.accept(listener, nil, nil) })
            try systemCall("fcntl") { fcntl(socket.number, F_SETFD, FD_CLOEXEC) }
            try socket.setNonBlocking()
            // Each time that it is full costs a thread switch; the kernel gives what its limits allow.
            var size = Int32(1 << 20)
            setsockopt(socket.number, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
            return socket
        } catch  where [EAGAIN, ECONNABORTED].contains(error.code) {
            return nil
        }
    }

    static func peer(of socket: Int32) throws(SystemError) -> Peer {
        var peer = ks_peer()
        try systemCall("getsockopt") { ks_peer_credentials(socket, &peer) }
        return Peer(pid: peer.pid, user: peer.uid)
    }

    /// Connected to a listener; for tests and clients in Swift.
    package static func connect(to path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try make()
        var address = try unixAddress(path)
        try systemCall("connect", path: path) {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        try socket.setNonBlocking()
        return socket
    }

    /// Two ends of a connection.
    package static func pair() throws(SystemError) -> (OwnedDescriptor, OwnedDescriptor) {
        var numbers: [Int32] = [-1, -1]
        try systemCall("socketpair") { socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &numbers) }
        let ends = (OwnedDescriptor(numbers[0]), OwnedDescriptor(numbers[1]))
        for end in [ends.0, ends.1] {
            try systemCall("fcntl") { fcntl(end.number, F_SETFD, FD_CLOEXEC) }
            try end.setNonBlocking()
        }
        return ends
    }

    /// Sends what the socket takes now; 0 when that is nothing.
    package static func send(_ slices: [ArraySlice<UInt8>], to socket: Int32) throws(SystemError) -> Int {
        var vectors: [iovec] = []
        vectors.reserveCapacity(slices.count)
        do throws(SystemError) {
            return try gather(slices[...], &vectors, socket)
        } catch  where error.code == EAGAIN {
            return 0
        }
    }

    /// Each slice's pointer is valid within its closure alone, so the closures are nested around the call.
    private static func gather(
        _ slices: ArraySlice<ArraySlice<UInt8>>, _ vectors: inout [iovec], _ socket: Int32
    ) throws(SystemError) -> Int {
        guard let first = slices.first else {
            let count = vectors.count
            return try vectors.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
                var message = msghdr()
                message.msg_iov = buffer.baseAddress
                message.msg_iovlen = count
                return try systemCall("sendmsg") {
                    sendmsg(socket, &message, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
                }
            }
        }
        return try first.withUnsafeBufferPointer { bytes throws(SystemError) in
            vectors.append(
                iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count))
            return try gather(slices.dropFirst(), &vectors, socket)
        }
    }

    /// Reads what is there into `buffer`, from its start; 0 at the end of the connection, `nil` when nothing is there.
    package static func receive(into buffer: inout [UInt8], from socket: Int32) throws(SystemError) -> Int? {
        do throws(SystemError) {
            return try systemCall("recv") { recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT)) }
        } catch  where error.code == EAGAIN {
            return nil
        }
    }

    /// Memory to receive into; its content is of no account.
    static func buffer(_ size: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { $1 = size }
    }

    /// Blocks until there is something to do.
    static func wait(_ socket: Int32, forRoom: Bool, wake: Int32) -> (isReadable: Bool, isWritable: Bool) {
        var polled = [
            pollfd(fd: socket, events: Int16(forRoom ? POLLIN | POLLOUT : POLLIN), revents: 0),
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polled, 2, -1) > 0 else { return (false, false) }
        if polled[1].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            _ = read(wake, &bytes, bytes.count)
        }
        let events = Int32(polled[0].revents)
        let ended = events & (POLLHUP | POLLERR | POLLNVAL) != 0
        return (events & POLLIN != 0 || ended, forRoom && (events & POLLOUT != 0 || ended))
    }

    /// Blocks until somebody connects; `false` when the other end of `end` was closed.
    static func waitForConnection(_ listener: Int32, end: Int32) -> Bool {
        var polled = [
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0), pollfd(fd: end, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&polled, 2, -1)
        return polled[1].revents == 0
    }

    /// Makes `wait` return. A full pipe wakes just as well.
    static func signal(_ wake: Int32) throws(SystemError) {
        var byte: UInt8 = 1
        do throws(SystemError) {
            try systemCall("write") { write(wake, &byte, 1) }
        } catch  where error.code == EAGAIN {
            return
        }
    }

    /// Tells the other end that this is over.
    static func shutDown(_ socket: Int32) { shutdown(socket, Int32(SHUT_RDWR)) }

    private static func make() throws(SystemError) -> OwnedDescriptor {
        let socket = OwnedDescriptor(
            try systemCall("socket") { Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) })
        try systemCall("fcntl") { fcntl(socket.number, F_SETFD, FD_CLOEXEC) }
        return socket
    }

    private static func unixAddress(_ path: String) throws(SystemError) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemError(code: ENAMETOOLONG, operation: "bind", path: path)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}
