internal import KeystoneSupport

/// Calls of plugins and services that the app waits for. One that hangs can't be ended, since Swift has no way to; so it is
/// at least told by name.
@MainActor
final class HangWatch {
    /// What takes longer hangs, perhaps.
    static let usualPatience = Duration.seconds(5)

    private struct Call {
        /// Whose it is, and what.
        let name: String
        let began: Duration
        let alarm: Task<Void, Never>
        /// What is said of it, once it takes long.
        var complaint: String?
    }

    private var calls: [Int: Call] = [:]
    private var count = 0
    private let patience: Duration
    private let time: any TimeSource
    private let log: Logger
    /// Called with what is said of those that take long, when that changes.
    var onChange: (@MainActor (_ complaints: [String]) -> Void)?

    init(
        patience: Duration = usualPatience, time: any TimeSource = SystemTime(), log: Logger = Logger("plugins")
    ) {
        self.patience = patience
        self.time = time
        self.log = log
    }

    /// A call begins; `end` is to be told the number that this answers.
    ///
    /// - Parameters:
    ///   - what: The method, and of what in the library.
    ///   - plugin: The library's name.
    ///   - waiting: Who waits meanwhile.
    func begin(_ what: String, of plugin: String, waiting: String = "reloads wait") -> Int {
        count += 1
        let number = count
        let complaint = "\(plugin): \(what) has not returned for \(patience.inSeconds) s; \(waiting) for it"
        // Not on the main actor: the call may be what holds that up.
        let alarm = Task.detached { [weak self, patience, time, log] in
            do { try await time.sleep(for: patience) } catch { return }
            log.warning(complaint)
            await self?.complain(complaint, of: number)
        }
        calls[number] = Call(name: "\(plugin): \(what)", began: time.now(), alarm: alarm)
        return number
    }

    func end(_ number: Int) {
        guard let call = calls.removeValue(forKey: number) else { return }
        call.alarm.cancel()
        guard call.complaint != nil else { return }
        log.info("\(call.name) has returned after \((time.now() - call.began).inSeconds) s")
        onChange?(complaints)
    }

    /// What is waited for now, the first one first.
    var current: [String] { calls.sorted { $0.key < $1.key }.map(\.value.name) }

    private var complaints: [String] { calls.sorted { $0.key < $1.key }.compactMap(\.value.complaint) }

    private func complain(_ complaint: String, of number: Int) {
        guard calls[number] != nil else { return }
        calls[number]?.complaint = complaint
        onChange?(complaints)
    }
}

extension Duration {
    /// Whole seconds.
    fileprivate var inSeconds: Int64 { components.seconds }
}
