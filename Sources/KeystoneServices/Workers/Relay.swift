package import KeystoneProtocol
package import KeystoneSupport
internal import Synchronization

/// Carries messages and questions between the app's Bun processes: main Bun and its workers. Usable from any thread;
/// messages from one process to another keep their order.
package final class Relay: Sendable {
    /// The main Bun process, as workers address it.
    package static let main = "main"

    private let connections = Mutex<[String: BunConnection]>([:])

    package init() {}

    package func add(_ name: String, _ connection: BunConnection) {
        connections.withLock { $0[name] = connection }
    }

    package func remove(_ name: String) {
        _ = connections.withLock { $0.removeValue(forKey: name) }
    }

    /// Sends a message; it waits for a process that starts. Throws `UNAVAILABLE` where nobody is there to take it.
    package func route(from sender: String, to target: String, channel: String, data: JSONValue) throws(WireError) {
        try connection(target).post(.relayIn(channel: channel, data: data, from: sender))
    }

    /// Puts a question; it waits for a process that starts. Its outcome is told by the question itself.
    package func ask(_ question: RelayedQuestion, of target: String) {
        do throws(WireError) {
            try connection(target).put(question)
        } catch {
            question.settle(.failure(error))
        }
    }

    private func connection(_ name: String) throws(WireError) -> BunConnection {
        let (connection, names) = connections.withLock { ($0[name], Array($0.keys)) }
        if let connection { return connection }
        let shown = name.prefix(64)
        let hint = nearestName(to: String(shown), in: names).map { "; did you mean \"\($0)\"?" } ?? ""
        throw WireError(.unavailable, "There is no worker \"\(shown)\"\(hint)")
    }
}
