// Crashes as it is told: CrashingProgram REPORTS FUNCTION LIBRARY... The function is the last library's; all are watched.
import Glibc
import KeystonePlugins
import KeystoneSigning
import KeystoneSupport

let arguments = CommandLine.arguments

/// The addresses of a library's code.
func code(of path: String) throws -> Range<UInt> {
    let maps = String(decoding: try SmallFile.read("/proc/self/maps", limit: 1 << 20), as: UTF8.self)
    let parts = maps.split(separator: "\n").filter { $0.hasSuffix(path) && $0.split(separator: " ")[1].contains("x") }
        .map { $0.split(separator: " ")[0].split(separator: "-").compactMap { UInt($0, radix: 16) } }
    guard let start = parts.first?.first, let end = parts.last?.last else {
        throw SystemError(code: ENOENT, operation: path)
    }
    return start..<end
}

@MainActor func load(_ path: String, _ watch: CrashWatch) throws -> UnsafeMutableRawPointer {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let file = PluginFile(name: String(name.dropFirst(3).dropLast(3)), path: path, origin: .bundled)
    let library = try PluginTrust().check(file)
    let handle = watch.whileMapping(library, generation: 7, from: path) { dlopen(path, RTLD_NOW | RTLD_LOCAL) }
    guard let handle else { throw SystemError(code: ENOENT, operation: "dlopen", path: path) }
    let image = PluginImage(
        file: file, generation: 7, mappedPath: path, mappedBytes: 0, code: try code(of: path), dependencies: [],
        makeExport: { UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1) })
    watch.add(image, content: library.content)
    return handle
}

/// As WebKit's JavaScript engine does it: a fault that was expected, mended before the instruction runs again.
func mendFaults() {
    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = { _, info, _ in
        let page = UInt(bitPattern: info?.pointee._sifields._sigfault.si_addr) & ~4095
        mmap(
            UnsafeMutableRawPointer(bitPattern: page), 4096, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
    }
    action.sa_flags = SA_SIGINFO
    sigaction(SIGSEGV, &action, nil)
}

let mends = arguments[2] == "mended"
if mends { mendFaults() }
let watch = try CrashWatch(directory: arguments[1], appID: "dev.keystone.crash")
let handles = try arguments[3...].map { try load($0, watch) }
if mends {
    let address = 0x10_0000_0000
    print("read \(UnsafePointer<UInt8>(bitPattern: address)?.pointee ?? 1)")
    // The fault is nobody's business any more; the next one is a plugin's.
    signal(SIGABRT, SIG_DFL)
    exit(0)
}

typealias Plain = @convention(c) () -> Void
typealias Through = @convention(c) (Plain) -> Void
let parts = arguments[2].split(separator: "+").map(String.init)

func function<Kind>(_ name: String, _ handle: UnsafeMutableRawPointer, as kind: Kind.Type) -> Kind {
    guard let symbol = dlsym(handle, name) else { fatalError("no \(name)") }
    return unsafeBitCast(symbol, to: kind)
}

if parts.count == 2, let first = handles.first, let last = handles.last {
    // The first library's function calls the last one's.
    function(parts[0], first, as: Through.self)(function(parts[1], last, as: Plain.self))
} else if arguments[2] == "own" {
    let own: Plain = { abort() }
    if let first = handles.first { function("crash_through", first, as: Through.self)(own) }
} else if arguments[2] == "nobody" {
    abort()
} else if let last = handles.last {
    function(parts[0], last, as: Plain.self)()
}
