internal import KeystoneSupport

/// Looks now and then whether objects of retired generations are gone: calls that were under way hold them for a while.
@MainActor
final class LeakWatch {
    private let time: any TimeSource
    private let checks: [Duration]
    private let report: @MainActor (PluginReport) -> Void
    private var watches: [Int: Task<Void, Never>] = [:]
    private var count = 0

    /// `checks`: times since a reload.
    init(_ checks: [Duration], time: any TimeSource, report: @escaping @MainActor (PluginReport) -> Void) {
        self.checks = checks.sorted()
        self.time = time
        self.report = report
    }

    /// Reports those that are left after the last check, once.
    func watch(_ retired: Retired) {
        guard !retired.objects.isEmpty, !checks.isEmpty else { return }
        count += 1
        let number = count
        watches[number] = Task { [weak self, time, checks] in
            defer { self?.watches[number] = nil }
            var waited: Duration = .zero
            for check in checks {
                // Cancelled: the app ends, and nobody wants to know any more.
                guard (try? await time.sleep(for: check - waited)) != nil else { return }
                waited = check
                if retired.remaining.isEmpty { return }
            }
            self?.report(.leaked(name: retired.name, generation: retired.generation, objects: retired.remaining))
        }
    }

    func stop() {
        for watch in watches.values { watch.cancel() }
    }
}

/// What a generation left behind.
@MainActor
struct Retired {
    let name: String
    let generation: Int
    let objects: [(name: String, object: WeakObject)]

    /// The names of the objects that are still there.
    var remaining: [String] { objects.filter { $0.object.object != nil }.map(\.name) }

    init(_ generation: any PluginGeneration) {
        name = generation.image.file.name
        self.generation = generation.image.generation
        objects = generation.retire()
    }
}
