internal import Glibc
package import KeystoneSupport

/// Two connected Unix sockets without a name: who holds an end has got it from somebody who had both.
package enum SocketPair {
    /// Both ends are closed on exec. Ours never blocks, whatever the other side does with its own.
    package static func make() throws(SystemError) -> (ours: OwnedDescriptor, theirs: OwnedDescriptor) {
        var numbers: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try systemCall("socketpair") { socketpair(AF_UNIX, type, 0, &numbers) }
        let ends = (ours: OwnedDescriptor(numbers[0]), theirs: OwnedDescriptor(numbers[1]))
        try ends.ours.setNonBlocking()
        return ends
    }
}
