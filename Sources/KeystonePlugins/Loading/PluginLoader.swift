internal import KeystoneSupport

/// Maps the plugins' libraries, starts what they hold, and reloads them when they change. `docs/contributors/plugins.md`
/// tells the order.
///
/// `loadAll`, then `startAll`, then changes, at last `stopAll`. Changes that come during a reload are looked at after it.
@MainActor
package final class PluginLoader {
    enum Phase {
        case created, loaded, running, stopped
    }

    let options: PluginLoaderOptions
    let host: any PluginHosting
    let report: @MainActor (PluginReport) -> Void
    let queue = BlockingQueue()
    let leaks: LeakWatch
    var phase = Phase.created
    var mapper: LibraryMapper?
    var shadow: ShadowDirectory?
    var records: [String: PluginRecord] = [:]
    /// Of every library of this run, also of those that are gone: the last generation's number, and the bytes of all.
    var generations: [String: Int] = [:]
    var mappedBytes: [String: Int] = [:]
    var changes: PendingChanges
    var timer: Task<Void, Never>?
    /// Since when the files of these are missing.
    var missing: [String: Duration] = [:]
    /// What lies in the directories and doesn't count, as of the last look.
    var leftOut: [PluginError] = []
    /// Called with the libraries that are not in service as they lie there, when others are than before.
    package var onProblems: (@MainActor ([PluginProblem]) -> Void)?
    var toldProblems: [PluginProblem] = []
    private var last: Task<Void, Never>?

    /// `report` is called for everything that a developer would want to know.
    package init(
        options: PluginLoaderOptions, host: any PluginHosting, report: @escaping @MainActor (PluginReport) -> Void
    ) {
        self.options = options
        self.host = host
        self.report = report
        changes = PendingChanges(debounce: options.debounce)
        leaks = LeakWatch(options.leakChecks, time: options.time, report: report)
    }

    /// All libraries that lie in the directories, by origin and name; one that was refused is among them.
    package var statuses: [PluginStatus] {
        sortedRecords.map { record in
            let name = record.file.name
            return PluginStatus(
                name: name, path: record.file.path, origin: record.file.origin,
                generation: record.generation?.image.generation ?? 0, state: state(of: record),
                mappedBytes: mappedBytes[name] ?? 0, lastError: record.lastError)
        }
    }

    var sortedRecords: [PluginRecord] {
        records.values.sorted { ($0.file.origin, $0.file.name) < ($1.file.origin, $1.file.name) }
    }

    private func state(of record: PluginRecord) -> PluginStatus.State {
        guard record.generation != nil else { return .refused }
        if phase == .stopped { return .stopped }
        return record.isStarted ? .inService : .loaded
    }

    // MARK: For its parts

    /// Does one thing after the other.
    func enqueue(_ work: @escaping @MainActor () async -> Void) async {
        let before = last
        let task = Task {
            await before?.value
            await work()
        }
        last = task
        await task.value
    }

    /// Returns when nothing is under way.
    func finishWork() async {
        while let work = last {
            await work.value
            if work == last { return }
        }
    }

    func refuse(_ file: PluginFile, _ error: PluginError) {
        var record = records[file.name] ?? PluginRecord(file: file)
        record.lastError = error
        records[file.name] = record
        report(.refused(error, name: file.name, olderInService: record.inService != nil))
    }

    func nextGeneration(of name: String) -> Int {
        generations[name, default: 0] += 1
        return generations[name, default: 1]
    }

    /// Bytes of images that are mapped and not in service.
    var oldBytes: Int {
        let current = records.values.reduce(0) { $0 + ($1.generation?.image.mappedBytes ?? 0) }
        return mappedBytes.values.reduce(0, +) - current
    }

    /// Notes what was mapped, and has the host make its plugins.
    func makeGeneration(of image: PluginImage) throws(PluginError) -> any PluginGeneration {
        do {
            return try host.makeGeneration(of: image)
        } catch {
            throw (error as? PluginError)
                ?? PluginError(.initialization, file: image.file.path, "its plugins can't be made: \(error)")
        }
    }
}
