internal import Glibc

/// The program that the kernel runs before every system call of a worker (seccomp, classic BPF), as bubblewrap loads it.
///
/// Namespaces decide what a worker can reach; this takes away what is left of the kernel that no worker needs, and the
/// making of processes. Calls that are not named pass: the filter narrows the sandbox, it is not the sandbox.
struct SystemCallFilter {
    /// `sock_filter` by `sock_filter`, in this machine's byte order.
    private(set) var bytes: [UInt8] = []

    private init() {}

    /// - Parameter allowsProcesses: Whether the worker may start other programs.
    init(allowsProcesses: Bool) {
        load(.architecture)
        answer(unless: SystemCallNumbers.architecture, with: Answer.killProcess)
        load(.number)
        if let end = SystemCallNumbers.end { answer(from: end, with: Answer.error(ENOSYS)) }
        for number in SystemCallNumbers.absent { answer(number, with: Answer.error(ENOSYS)) }
        for number in SystemCallNumbers.forbidden { answer(number, with: Answer.error(EPERM)) }
        if !allowsProcesses {
            for number in SystemCallNumbers.forks { answer(number, with: Answer.error(EPERM)) }
        }
        checkClone(allowsProcesses)
        checkTerminal()
        checkSockets()
        emit(Code.answer, Answer.allow)
    }

    /// Threads are fine, new namespaces are not, and other processes as it is said.
    private mutating func checkClone(_ allowsProcesses: Bool) {
        let thread: UInt32 = 0x0001_0000
        // CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. The first counts as a signal's number
        // in `clone`, where no such signal exists.
        let namespaces: UInt32 = 0x7e02_0080
        on(SystemCallNumbers.clone) { filter in
            filter.load(.argument(0))
            filter.emit(Code.jumpIfAnySet, namespaces, ifFalse: 1)
            filter.emit(Code.answer, Answer.error(EPERM))
            guard !allowsProcesses else { return }
            filter.emit(Code.jumpIfAnySet, thread, ifTrue: 1)
            filter.emit(Code.answer, Answer.error(EPERM))
        }
    }

    /// TIOCSTI types into a terminal, TIOCLINUX pastes into a console.
    private mutating func checkTerminal() {
        on(SystemCallNumbers.ioctl) { filter in
            filter.load(.argument(1))
            filter.answer(0x5412, with: Answer.error(EPERM))
            filter.answer(0x541c, with: Answer.error(EPERM))
        }
    }

    /// Only Unix, IPv4, IPv6 and netlink sockets. Others are not all kept apart by a network namespace: a virtual
    /// machine's vsock leads to its hypervisor.
    private mutating func checkSockets() {
        on(SystemCallNumbers.socket) { filter in
            filter.load(.argument(0))
            for family in [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK] {
                filter.answer(UInt32(family), with: Answer.allow)
            }
            filter.emit(Code.answer, Answer.error(EAFNOSUPPORT))
        }
    }

    /// Instructions for one system call alone; they find its number loaded again when they are through.
    private mutating func on(_ number: UInt32, _ check: (inout SystemCallFilter) -> Void) {
        var inner = SystemCallFilter()
        check(&inner)
        inner.load(.number)
        emit(Code.jumpIfEqual, number, ifFalse: UInt8(inner.bytes.count / 8))
        bytes += inner.bytes
    }

    // MARK: Instructions

    /// The fields of `seccomp_data`. Of an argument the low half, which is all of the arguments that are looked at.
    private enum Field {
        case number, architecture
        case argument(UInt32)

        var offset: UInt32 {
            switch self {
            case .number: 0
            case .architecture: 4
            case .argument(let index): 16 + 8 * index
            }
        }
    }

    private enum Code {
        static let load: UInt16 = 0x20
        static let jumpIfEqual: UInt16 = 0x15
        static let jumpIfAtLeast: UInt16 = 0x35
        static let jumpIfAnySet: UInt16 = 0x45
        static let answer: UInt16 = 0x06
    }

    private enum Answer {
        static let allow: UInt32 = 0x7fff_0000
        static let killProcess: UInt32 = 0x8000_0000
        static func error(_ code: Int32) -> UInt32 { 0x0005_0000 | UInt32(code) }
    }

    private mutating func load(_ field: Field) { emit(Code.load, field.offset) }

    /// Ends with the answer where the loaded value is this one.
    private mutating func answer(_ value: UInt32, with answer: UInt32) {
        emit(Code.jumpIfEqual, value, ifFalse: 1)
        emit(Code.answer, answer)
    }

    private mutating func answer(unless value: UInt32, with answer: UInt32) {
        emit(Code.jumpIfEqual, value, ifTrue: 1)
        emit(Code.answer, answer)
    }

    private mutating func answer(from value: UInt32, with answer: UInt32) {
        emit(Code.jumpIfAtLeast, value, ifFalse: 1)
        emit(Code.answer, answer)
    }

    /// The jumps count instructions to skip.
    private mutating func emit(_ code: UInt16, _ operand: UInt32, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0) {
        withUnsafeBytes(of: code) { bytes += $0 }
        bytes += [ifTrue, ifFalse]
        withUnsafeBytes(of: operand) { bytes += $0 }
    }
}
