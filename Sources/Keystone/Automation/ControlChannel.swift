internal import Dispatch
internal import Glibc
internal import KeystoneCore
internal import KeystoneSupport

/// `--control`: commands as NDJSON on standard input, events and replies on standard output. Only who started the host
/// can speak here; tests drive whole apps with it.
///
/// A command is `{"id", "do", …}`; its reply is `{"id", "result"}` or `{"id", "error"}`. Events are `{"event", …}`.
@MainActor
final class ControlChannel {
    typealias Command = @MainActor (JSONValue) async throws -> JSONValue

    private var commands: [String: Command] = [:]
    private var input: (any DispatchSourceRead)?
    private var buffer: [UInt8] = []
    /// Called when standard input ends: who drives us is gone.
    var onEnd: (@MainActor () -> Void)?

    func on(_ name: String, _ command: @escaping Command) {
        commands[name] = command
    }

    func start() {
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.readInput() }  // SAFETY: the source's queue is the main queue
        }
        input = source
        source.activate()
    }

    func emit(_ event: String, _ fields: [(String, JSONValue)]) {
        send(.object(JSONObject([("event", .string(event))] + fields)))
    }

    private func send(_ message: JSONValue) {
        StandardStreams.printLine(message.serializedString())

    }

    private func readInput() {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = chunk.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
        guard count > 0 else {
            input?.cancel()
            input = nil
            onEnd?()
            return
        }
        buffer += chunk[..<count]
        while let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(buffer[..<end])
            buffer.removeSubrange(...end)
            receive(line)
        }
    }

    private func receive(_ line: [UInt8]) {
        guard let message = try? JSONValue.parse(line), let name = message["do"]?.string else {
            send(["error": .string("not a command: \(String(decoding: line, as: UTF8.self))")])
            return
        }
        let id = message["id"] ?? .null
        guard let command = commands[name] else {
            send(["id": id, "error": .string("no command \(name)")])
            return
        }
        Task {
            do {
                send(["id": id, "result": try await command(message)])
            } catch let failure as Automation.Failure {
                send(["id": id, "error": .string(failure.message)])
            } catch {
                send(["id": id, "error": .string("\(error)")])
            }
        }
    }
}
