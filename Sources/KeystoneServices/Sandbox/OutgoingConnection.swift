internal import CPosix
internal import Glibc
internal import KeystoneSupport

/// Connections to the world outside, by name, never to this machine itself.
enum OutgoingConnection {
    /// Why there is none, in words for the worker.
    struct Failure: Error {
        var reason: String
    }

    /// Resolves and connects; blocks for at most some 10 seconds for each address.
    static func open(host: String, port: UInt16) throws(Failure) -> OwnedDescriptor {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0, let list else {
            throw Failure(reason: "\(host) was not found: \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(list) }
        var failure = Failure(reason: "\(host) has no address")
        for entry in sequence(first: list, next: { $0.pointee.ai_next }) {
            guard let address = entry.pointee.ai_addr, AddressKind.isOutside(address) else {
                failure = Failure(reason: "\(host) is an address of this machine or its link")
                continue
            }
            do throws(SystemError) {
                return try connected(to: address, entry.pointee.ai_addrlen)
            } catch {
                failure = Failure(reason: "\(host) can't be reached: \(error.reason)")
            }
        }
        throw failure
    }

    private static func connected(
        to address: UnsafeMutablePointer<sockaddr>, _ size: socklen_t
    ) throws(SystemError) -> OwnedDescriptor {
        let family = Int32(address.pointee.sa_family)
        let socket = OwnedDescriptor(
            try systemCall("socket") { Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0) })
        try systemCall("fcntl") { fcntl(socket.number, F_SETFD, FD_CLOEXEC) }
        try socket.setNonBlocking()
        do throws(SystemError) {
            try systemCall("connect") { connect(socket.number, address, size) }
        } catch  where error.code == EINPROGRESS {
            try waitUntilConnected(socket)
        }
        return socket
    }

    private static func waitUntilConnected(_ socket: OwnedDescriptor) throws(SystemError) {
        var polled = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
        let count = try systemCall("poll") { poll(&polled, 1, 10_000) }
        guard count > 0 else { throw SystemError(code: ETIMEDOUT, operation: "connect") }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        try systemCall("getsockopt") { getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &code, &size) }
        if code != 0 { throw SystemError(code: code, operation: "connect") }
    }
}

/// Where an address leads. Names are the world's to define: one that is granted may still resolve to this machine.
package enum AddressKind {
    /// Not loopback, not unspecified (which is loopback too), not the link (cloud machines' metadata), not a group.
    static func isOutside(_ address: UnsafePointer<sockaddr>) -> Bool {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let value = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr
            return isOutside(ipv4: withUnsafeBytes(of: value) { Array($0) })
        case AF_INET6:
            let value = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return isOutside(ipv6: withUnsafeBytes(of: value) { Array($0) })
        default: return false
        }
    }

    /// In the order of the network.
    package static func isOutside(ipv4 bytes: [UInt8]) -> Bool {
        !(bytes[0] == 0 || bytes[0] == 127 || bytes[0] >= 224 || (bytes[0] == 169 && bytes[1] == 254))
    }

    package static func isOutside(ipv6 bytes: [UInt8]) -> Bool {
        let isZero = bytes.prefix(10).allSatisfy { $0 == 0 }
        let isMapped = isZero && bytes[10...11].allSatisfy { $0 == 0xff }
        let isCompatible = isZero && bytes[10...11].allSatisfy { $0 == 0 }
        // `::` and `::1` are among the compatible ones.
        if isMapped || isCompatible { return isOutside(ipv4: Array(bytes[12...])) }
        return !(bytes[0] == 0xff || (bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80))
    }
}
