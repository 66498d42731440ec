import KeystoneSupport

@testable import KeystonePlugins

/// A loader over a workshop's directories, with its reports in order.
@MainActor
final class LoaderStage {
    let workshop: Workshop
    let host = RecordingHost()
    let time = ManualTime()
    let loader: PluginLoader
    private var reports: AsyncStream<PluginReport>.Iterator

    init(_ workshop: Workshop, hotReload: Bool = true, _ change: (inout PluginLoaderOptions) -> Void = { _ in }) {
        self.workshop = workshop
        var options = PluginLoaderOptions(
            directories: workshop.directories, shadowDirectory: workshop.shadows, hotReload: hotReload,
            trust: PluginTrust())
        options.time = time
        change(&options)
        let (stream, continuation) = AsyncStream<PluginReport>.makeStream()
        reports = stream.makeAsyncIterator()
        loader = PluginLoader(options: options, host: host) { continuation.yield($0) }
    }

    /// The next thing that the loader reports, in short.
    func nextReport() async -> String {
        var iterator = reports
        defer { reports = iterator }
        return await iterator.next(isolation: #isolation).map { "\($0.short)" } ?? "nothing"
    }

    func start() async {
        loader.loadAll()
        await loader.startAll()
    }

    /// Says that files changed, and lets the time pass until they are looked at.
    func changed(_ names: String...) async {
        for name in names { loader.fileChanged(workshop.path(name)) }
        if let deadline = loader.changes.deadline { await time.sleeper(until: deadline) }
        time.advance(by: .milliseconds(200))
    }

    func status(_ name: String) -> PluginStatus? { loader.statuses.first { $0.name == name } }
}

extension PluginReport {
    /// For comparisons.
    var short: String {
        switch self {
        case .loaded(let name, let generation): "loaded \(name).\(generation)"
        case .reloaded(let reload):
            "reloaded " + zip(reload.names, reload.generations).map { "\($0).\($1)" }.joined(separator: " ")
        case .unloaded(let name): "unloaded \(name)"
        case .refused(let error, let name, let older): "refused \(name) \(error.code)\(older ? ", older stays" : "")"
        case .needsRestart(let names): "restart \(names.joined(separator: " "))"
        case .leaked(let name, let generation, let objects): "leaked \(name).\(generation) \(objects)"
        }
    }
}
