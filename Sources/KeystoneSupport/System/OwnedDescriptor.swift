internal import Glibc
internal import Synchronization

/// A file descriptor that is closed exactly once: by `close()` or with its last reference.
package final class OwnedDescriptor: Sendable {
    private let descriptor: Mutex<Int32>

    package init(_ descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit { close() }

    /// The descriptor, -1 once it is closed. The caller sees to it that nobody closes it meanwhile.
    package var number: Int32 { descriptor.withLock { $0 } }

    package func close() {
        let open = descriptor.withLock { value in
            defer { value = -1 }
            return value
        }
        if open >= 0 { _ = Glibc.close(open) }
    }

    /// Hands the descriptor over; the caller closes it.
    package func release() -> Int32 {
        descriptor.withLock { value in
            defer { value = -1 }
            return value
        }
    }

    /// Makes reads and writes return at once.
    package func setNonBlocking() throws(SystemError) {
        let flags = try systemCall("fcntl") { fcntl(number, F_GETFL) }
        try systemCall("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
    }

    /// The two ends of a new pipe, closed on exec.
    ///
    /// Swift's view of the C library lacks `pipe2`, so the flag comes a moment later. Nothing leaks into other children:
    /// `ChildProcess` closes all descriptors in its children, and so does GLib's spawn.
    package static func pipe() throws(SystemError) -> (read: OwnedDescriptor, write: OwnedDescriptor) {
        var numbers: [Int32] = [-1, -1]
        try systemCall("pipe") { Glibc.pipe(&numbers) }
        let ends = (read: OwnedDescriptor(numbers[0]), write: OwnedDescriptor(numbers[1]))
        for number in numbers { try systemCall("fcntl") { fcntl(number, F_SETFD, FD_CLOEXEC) } }
        return ends
    }
}
