internal import CCrashReport
internal import CKeystonePlugin
internal import Glibc

/// The only caller of `dlopen`. Nothing is closed again: the Swift runtime can't let go of an image.
enum SystemLoader {
    enum Failure: Error, Hashable {
        /// A library that it needs, in its own words.
        case missingLibrary(String)
        /// A symbol that nothing it needs defines; as a person would write it, where it is Swift's.
        case missingSymbol(String)
        case other(String)
    }

    /// A mapped library.
    struct Handle: Sendable {
        /// SAFETY: a token for the system's loader, which is called from any thread; nobody looks behind it.
        nonisolated(unsafe) fileprivate let pointer: UnsafeMutableRawPointer
    }

    /// Maps a library with all symbols bound, none of which others see. Its initialisers run.
    static func open(_ path: String) throws(Failure) -> Handle {
        guard let pointer = dlopen(path, RTLD_NOW | RTLD_LOCAL) else { throw Failure(message: lastError()) }
        return Handle(pointer: pointer)
    }

    /// A library's `keystone_plugins`.
    struct Entry: Sendable {
        let address: UInt
        let call: @MainActor @Sendable () -> UnsafeMutableRawPointer
    }

    static func entry(of handle: Handle) throws(Failure) -> Entry {
        guard let symbol = dlsym(handle.pointer, "keystone_plugins") else { throw Failure(message: lastError()) }
        // SAFETY: `keystone_plugin.h` is what a library that defines this name promises.
        let entry = unsafeBitCast(symbol, to: keystone_plugin_entry.self)
        return Entry(address: UInt(bitPattern: symbol)) { entry() }
    }

    /// A Swift symbol as a person would write it; others stay as they are.
    static func demangled(_ symbol: String) -> String {
        guard let text = ks_crash_demangle(symbol, symbol.utf8.count) else { return symbol }
        defer { free(text) }
        return String(cString: text)
    }

    private static func lastError() -> String {
        dlerror().map { String(cString: $0) } ?? "no reason given"
    }
}

extension SystemLoader.Failure {
    /// Reads glibc's words.
    init(message: String) {
        if let end = message.firstRange(of: ": cannot open shared object file") {
            self = .missingLibrary(String(message[..<end.lowerBound]))
        } else if let start = message.firstRange(of: "undefined symbol: ") {
            let symbol = message[start.upperBound...].prefix { $0 != "," && $0 != " " }
            self = .missingSymbol(SystemLoader.demangled(String(symbol)))
        } else {
            self = .other(message)
        }
    }
}
