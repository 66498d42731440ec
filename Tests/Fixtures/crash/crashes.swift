// What a plugin may do to its process. Compiled by CrashWatchTests, called by CrashingProgram.
import Dispatch
import Glibc

@inline(never) func element(_ index: Int, of values: [Int]) -> Int { values[index] }

@inline(never) func depth(_ level: Int) -> Int { level < 0 ? 0 : depth(level + 1) &+ depth(level + 2) }

@c(crash_trap) public func crashTrap() { print(element(3, of: [])) }

@c(crash_overflow) public func crashOverflow() { print(depth(Int(getpid()))) }

@c(crash_segv) public func crashSegv() {
    let address = Int(getpid()) & 1 | 16
    print(UnsafePointer<UInt8>(bitPattern: address)?.pointee ?? 0)
}

@c(crash_abort) public func crashAbort() { abort() }

@c(crash_fatal) public func crashFatal() { fatalError("on purpose") }

@c(crash_cast) public func crashCast() {
    let value: Any = "text"
    // swift-format-ignore
    print(value as! Int)
}

/// After a suspension: the callers of before are not on the stack any more.
@c(crash_async) public func crashAsync() {
    Task.detached {
        await Task.yield()
        try? await Task.sleep(for: .milliseconds(1))
        crashTrap()
    }
    while true { sleep(1) }
}

@c(crash_dispatch) public func crashDispatch() {
    DispatchQueue.global().async { crashTrap() }
    while true { sleep(1) }
}

@c(crash_thread) public func crashThread() {
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { _ in
            crashSegv(); return nil
        }, nil)
    pthread_join(thread, nil)
}

@c(crash_thread_overflow) public func crashThreadOverflow() {
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { _ in
            crashOverflow(); return nil
        }, nil)
    pthread_join(thread, nil)
}

/// Eight at once.
@c(crash_together) public func crashTogether() {
    DispatchQueue.concurrentPerform(iterations: 8) { _ in crashSegv() }
}

/// Calls what it is given: a function of the program's, or another plugin's.
@c(crash_through) public func crashThrough(_ body: @convention(c) () -> Void) {
    body()
    print("back")
}

/// Runs until somebody ends it.
@c(crash_wait) public func crashWait() {
    print("waiting")
    fflush(nil)
    var count: UInt64 = 0
    while true { count &+= 1 }
}
