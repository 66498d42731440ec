internal import Dispatch
internal import KeystoneSupport
internal import Synchronization

/// The thread that starts a child and then waits for its end.
///
/// It must be the same one: a child may ask the kernel to be killed when the thread that started it ends
/// (`PR_SET_PDEATHSIG`, as bubblewrap does for `--die-with-parent`), and threads of pools end when they have been idle for
/// some seconds.
final class ChildThread: Sendable {
    private struct State {
        var pid: Result<Int32, SystemError>?
        var rest: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let isStarted = DispatchSemaphore(value: 0)
    private let isToldTheRest = DispatchSemaphore(value: 0)

    /// Starts the child, and returns its id. Call `then` afterwards, whatever happens.
    func start(_ spawn: @escaping @Sendable () throws(SystemError) -> Int32) throws(SystemError) -> Int32 {
        try SystemThread.start(stackSize: 128 << 10) { [self] in
            let pid = Result { () throws(SystemError) in try spawn() }
            state.withLock { $0.pid = pid }
            isStarted.signal()
            guard case .success = pid else { return }
            isToldTheRest.wait()
            state.withLock { $0.rest.take() }?()
        }
        isStarted.wait()
        guard let pid = state.withLock({ $0.pid }) else {
            throw SystemError(code: 0, operation: "start")
        }
        return try pid.get()
    }

    /// What the thread does next.
    func then(_ rest: @escaping @Sendable () -> Void) {
        state.withLock { $0.rest = rest }
        isToldTheRest.signal()
    }
}
