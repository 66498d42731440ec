internal import Glibc
internal import KeystoneSupport

/// What an app that starts itself again hands to its next life: a file in its state directory, which only the user can
/// read, and which is gone once it was read.
struct RestartFile: Sendable, Hashable {
    /// Names the file to the next life.
    static let variable = "KEYSTONE_RESTART_STATE"
    private static let maximumSize = 256 << 20

    let path: String

    /// Writes the states below the app's state directory.
    init(_ states: SavedStates.States, in directory: String) throws(SystemError) {
        try makeDirectories(directory, private: true)
        path = "\(directory)/restart-\(RandomToken.hex(bytes: 8))"
        try SmallFile.replace(path, with: SavedStates.encode(states))
    }

    /// The states that the app's last life left, if it did. The file and the variable are gone afterwards.
    ///
    /// Only a file of the state directory is taken, whatever the variable says.
    static func take(_ variables: [String: String], from directory: String, log: Logger) -> SavedStates.States {
        guard let path = variables[variable] else { return [:] }
        unsetenv(variable)
        guard parentDirectory(of: path) == directory, path.hasPrefix(directory + "/restart-") else {
            log.warning("\(variable) is \(path.prefix(200)), which is no file that the app left; it is ignored")
            return [:]
        }
        defer { unlink(path) }
        do {
            let bytes = try SmallFile.read(path, limit: maximumSize)
            if let states = SavedStates.decode(bytes) { return states }
            log.error("\(path) is cut off; plugins start without the state that they had")
        } catch {
            log.error("\(error); plugins start without the state that they had")
        }
        return [:]
    }
}
