internal import BareWebKit
internal import Glibc
internal import Keystone

/// Transfers between this host and the `streams` app's service: over Keystone's streams, and over a bare Unix socket.
@MainActor
final class StreamBenchmarks {
    private nonisolated static let chunk = [UInt8](repeating: 0, count: 64 << 10)

    func register(with context: CoreContext) {
        context.handleOnMain("bench:now") { _ in .jsonText(String(monotonicNanoseconds())) }
        context.handleRaw("bench:toBun") { request in
            try await Self.timed(request) { try await Self.write($0, to: context.openStream("bench:sink")) }
        }
        context.handleRaw("bench:fromBun") { request in
            try await Self.timed(request) { bytes in
                let stream = try await context.openStream("bench:source", data: JSONValue(bytes))
                var count = 0
                for try await chunk in stream { count += chunk.count }
                guard count == bytes else { throw WireError("SHORT", "\(count) bytes came, not \(bytes)") }
            }
        }
        for (channel, direction) in [("bench:bareToBun", "read"), ("bench:bareFromBun", "write")] {
            context.handleRaw(channel) { request in
                let socket = try BareSocket()
                return try await Self.timed(request) { bytes in
                    let stream = try await context.openStream(
                        "bench:bare",
                        data: [
                            "path": .string(socket.path), "direction": .string(direction), "bytes": JSONValue(bytes),
                        ])
                    try await socket.exchange(writes: direction == "read", bytes: bytes)
                    for try await _ in stream {}
                }
            }
        }
    }

    private nonisolated static func write(_ bytes: Int, to stream: ByteStream) async throws {
        for _ in 0..<(bytes / chunk.count) { try await stream.write(chunk) }
        stream.finish()
        var answer: [UInt8] = []
        for try await part in stream { answer += part }
        guard String(decoding: answer, as: UTF8.self) == String(bytes) else {
            throw WireError("SHORT", "\(String(decoding: answer, as: UTF8.self)) bytes arrived, not \(bytes)")
        }
    }

    /// MiB a second.
    private nonisolated static func timed(
        _ request: InvokeRequest, _ transfer: (Int) async throws -> Void
    ) async throws -> InvokeReply {
        guard let bytes = try request.arguments().int else { throw WireError(.badRequest, "how many bytes?") }
        let start = monotonicNanoseconds()
        try await transfer(bytes)
        let seconds = Double(monotonicNanoseconds() - start) / 1e9
        return .json(JSONValue(Double(bytes) / 1_048_576 / seconds))
    }
}

/// A Unix socket without anything around it: blocking calls of 64 KiB on a thread of its own.
final class BareSocket: Sendable {
    let path: String
    private let listener: Int32

    init() throws {
        path = "/tmp/keystone-bench-\(getpid())-\(monotonicNanoseconds())"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 1) == 0 else { throw WireError("SOCKET", "no bare socket at \(path)") }
    }

    deinit {
        close(listener)
        unlink(path)
    }

    func exchange(writes: Bool, bytes: Int) async throws {
        let moved = await withCheckedContinuation { continuation in
            let thread = Task.detached { writes ? self.write(bytes) : self.read(bytes) }
            Task { continuation.resume(returning: await thread.value) }
        }
        guard moved == bytes else { throw WireError("SHORT", "\(moved) bytes went over the bare socket, not \(bytes)") }
    }

    private func write(_ bytes: Int) -> Int {
        let connection = accept(listener, nil, nil)
        defer { close(connection) }
        let chunk = [UInt8](repeating: 0, count: 64 << 10)
        var sent = 0
        while sent < bytes {
            let count = send(connection, chunk, chunk.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return sent }
            sent += count
        }
        // The last byte is acknowledged.
        var answer: UInt8 = 0
        return recv(connection, &answer, 1, 0) == 1 ? sent : 0
    }

    private func read(_ bytes: Int) -> Int {
        let connection = accept(listener, nil, nil)
        defer { close(connection) }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var received = 0
        while received < bytes {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return received }
            received += count
        }
        return received
    }
}
