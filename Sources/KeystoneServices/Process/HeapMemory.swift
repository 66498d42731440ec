private import CPosix

/// The C heap, which Swift's objects live in too.
package enum HeapMemory {
    /// Gives pages that nothing lies on back to the system. Takes a millisecond or two; from any thread.
    package static func giveBackUnused() {
        _ = malloc_trim(0)
    }
}
