internal import Glibc

/// The process's own output: results go to standard output, messages to standard error.
package enum StandardStreams {
    /// Writes a line to standard output at once.
    package static func printLine(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// Writes a line to standard error at once.
    package static func errorLine(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// A closed or full stream can't be reported anywhere: what is left is dropped.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, 1000)
            } else if errno != EINTR {
                return
            }
        }
    }
}
