import Glibc
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Synchronization
import Testing

/// Two connections with a real socket between them.
struct StreamPair {
    let server: StreamConnection
    let client: StreamConnection
    let ended = EndedSides()

    final class EndedSides: Sendable {
        let count = Mutex(0)
    }

    init(
        server accept: @escaping StreamAcceptor,
        client acceptClient: @escaping StreamAcceptor = { _ in .failure(WireError(.noHandler, "nobody")) }
    ) throws {
        let (here, there) = try UnixSocket.pair()
        let ended = ended
        server = try StreamConnection(here, peer: "the client", acceptor: accept) { ended.count.withLock { $0 += 1 } }
        client = try StreamConnection(there, peer: "the server", listens: false, acceptor: acceptClient) {
            ended.count.withLock { $0 += 1 }
        }
    }

    func open(_ channel: String, data: JSONValue = .null) throws -> ByteStream {
        try client.open(StreamOpening(channel: channel, data: data))
    }
}

struct WeakConnection {
    weak var connection: StreamConnection?
}

/// Quick in a debug build too.
private func isSame(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
    a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
            guard a.count == b.count, let first = a.baseAddress, let second = b.baseAddress else {
                return a.count == b.count
            }
            return memcmp(first, second, a.count) == 0
        }
    }
}

/// Streams by channel.
func handlers(_ table: [String: StreamHandler]) -> StreamAcceptor {
    { opening in
        guard let handler = table[opening.channel] else {
            return .failure(WireError(.noHandler, "nobody takes \(opening.channel)"))
        }
        return .success(handler)
    }
}

let echo: StreamHandler = { stream in
    for try await chunk in stream { try await stream.write(chunk) }
}

/// Takes a stream and does nothing with it until it ends.
let deaf: StreamHandler = { try await $0.waitUntilOver() }

extension ByteStream {
    /// Reads to the end, checks each byte, and returns how many there were.
    func readPattern(_ seed: Int, pause: (Int) async throws -> Void = { _ in }) async throws -> Int {
        var count = 0
        for try await chunk in self {
            guard isSame(chunk, pattern(seed, count, chunk.count)) else {
                throw WireError("WRONG_BYTES", "stream \(seed): wrong bytes after \(count)")
            }
            count += chunk.count
            try await pause(count)
        }
        return count
    }

    func writePattern(_ seed: Int, count: Int, step: Int = 64 << 10) async throws {
        for start in stride(from: 0, to: count, by: step) {
            try await write(pattern(seed, start, Swift.min(step, count - start)))
        }
        finish()
    }

    /// Reads everything as text.
    func text() async throws -> String {
        var bytes: [UInt8] = []
        for try await chunk in self { bytes += chunk }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Bytes whose value tells their place. They repeat after 251, so that long ones are quick to make.
func pattern(_ seed: Int, _ from: Int, _ count: Int) -> ArraySlice<UInt8> {
    let start = (from + seed) % 251
    return longPattern.withLock { known in
        if known.count < start + count {
            known = (0..<(start + count + 251)).map { UInt8($0 % 251) }
        }
        return known[start..<(start + count)]
    }
}

private let longPattern = Mutex<[UInt8]>([])

/// The code that an operation fails with; another error's description; `nil` where it succeeds.
func failureCode(_ body: () async throws -> Void) async -> WireError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? WireError)?.code ?? WireError.Code(rawValue: "\(error)")
    }
}

/// Resident bytes of a process.
func residentBytes(_ pid: Int32) throws -> Int {
    let text = String(decoding: try SmallFile.read("/proc/\(pid)/statm", limit: 4096), as: UTF8.self)
    return try #require(Int(text.split(separator: " ")[1])) * 4096
}
