internal import Glibc

/// A failed system call. The only place that reads `errno`.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The value of `errno`.
    package let code: Int32
    /// What was tried, for example `open`.
    package let operation: String
    /// What it was tried on, where there is such a thing.
    package let path: String?

    package init(code: Int32, operation: String, path: String? = nil) {
        self.code = code
        self.operation = operation
        self.path = path
    }

    /// The error of the system call that just failed on this thread.
    package static func last(_ operation: String, path: String? = nil) -> SystemError {
        SystemError(code: errno, operation: operation, path: path)
    }

    /// The call was cut short by a signal and can be made again.
    package var isInterruption: Bool { code == EINTR }

    /// For example `open /etc/shadow: Permission denied`.
    package var description: String {
        let target = path.map { " \($0)" } ?? ""
        return "\(operation)\(target): \(reason)"
    }

    /// The system's words for the error alone.
    package var reason: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Calls until it is not interrupted by a signal, and throws what went wrong when the result is negative.
@discardableResult
package func systemCall<Result: SignedInteger>(
    _ operation: String, path: String? = nil, _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        let error = SystemError.last(operation, path: path)
        if error.code != EINTR { throw error }
    }
}
