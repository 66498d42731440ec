import Dispatch
import Keystone

let version = 1
let trapsAtStart = false

/// Ends the app in several ways.
final class Crasher: ServicePlugin {
    let serviceName = "crasher"
    private let values: [Int] = []

    func initialize(_ context: CoreContext) async throws {
        if trapsAtStart { print(element(version)) }
        context.handle("crasher:version") { version }
        context.handle("crasher:trap") { [self] (index: Int) -> Int in element(index) }
        context.handle("crasher:later") { [self] (index: Int) -> Int in
            try await Task.sleep(for: .milliseconds(1))
            return element(index)
        }
        context.handle("crasher:main") { @MainActor [self] (index: Int) -> Int in element(index) }
        context.handle("crasher:thread") { [self] (index: Int) -> Int in
            await withCheckedContinuation { (continuation: CheckedContinuation<Int, Never>) in
                DispatchQueue.global().async { continuation.resume(returning: self.element(index)) }
            }
        }
        context.handle("crasher:read") { (address: Int) -> Int in
            Int(UnsafePointer<UInt8>(bitPattern: address)?.pointee ?? 0)
        }
    }

    @inline(never) func element(_ index: Int) -> Int { values[index] }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Crasher() } }
