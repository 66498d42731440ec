package import KeystoneProtocol

/// What hears one run of a Bun process before anybody else does. Called on the process's own thread.
package protocol BunReceiver: Sendable {
    /// The process exists; it may be written to, and reads once it is up.
    func started()
    /// Whether the message is dealt with. The others go to the supervisor's events.
    func take(_ message: BunToHost) -> Bool
    /// The process is gone. Nothing follows.
    func ended()
}
