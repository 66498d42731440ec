internal import Glibc
internal import Keystone
internal import Synchronization

/// What the pages of the integration tests call.
@MainActor
final class TestHandlers {
    /// Calls of `test:wait`.
    private struct Counts: Sendable {
        var running = 0
        var cancelled = 0
    }

    private final class Waits: Sendable {
        private let counts = Mutex(Counts())

        func change(_ body: (inout Counts) -> Void) { counts.withLock { body(&$0) } }
        var json: String { counts.withLock { #"{"running":\#($0.running),"cancelled":\#($0.cancelled)}"# } }
    }

    private let waits = Waits()

    func register(with context: CoreContext) {
        let waits = waits
        context.handleRaw("test:echo") { Self.echo($0) }
        context.handleOnMain("test:echoOnMain") { Self.echo($0) }
        // Ends when its task is cancelled, and not before.
        context.handleRaw("test:wait") { _ in
            waits.change { $0.running += 1 }
            defer { waits.change { $0.running -= 1 } }
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                waits.change { $0.cancelled += 1 }
                throw error
            }
            return .none
        }
        context.handleRaw("test:waits") { _ in .jsonText(waits.json) }
        // Holds its thread, as a handler that computes does.
        context.handleRaw("test:block") { request in
            guard case .json(let text) = request.payload, let milliseconds = UInt32(text) else { return .none }
            usleep(milliseconds * 1000)
            return .none
        }
        context.handleRaw("test:nothing") { _ in .none }
        context.handleRaw("test:garbled") { _ in .jsonText(#"{"a":1},2,"#) }
        // As many bytes as the arguments say, each the low byte of its place.
        context.handleRaw("test:bytes") { request in
            guard case .json(let text) = request.payload, let count = Int(text) else { return .none }
            return .bytes((0..<count).map { UInt8(truncatingIfNeeded: $0) })
        }
    }

    private nonisolated static func echo(_ request: InvokeRequest) -> InvokeReply {
        switch request.payload {
        case .json(let text): .jsonText(String(text))
        case .bytes(let bytes): .bytes(bytes)
        }
    }
}
