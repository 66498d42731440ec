internal import Glibc
package import KeystoneSupport
internal import Synchronization

/// Which libraries ended the app, by the reports in its state directory. A library of that very content is left out until
/// somebody wants it tried again; a changed one is tried by itself.
package final class PluginQuarantine: Sendable {
    /// Older reports are removed.
    package static let maximumReports = 20

    private let directory: String
    private let log: Logger
    /// By the files' names.
    private let reports: Mutex<[String: CrashReport]>

    /// Reads the reports of earlier runs.
    /// - Parameter directory: That of `CrashWatch`; a missing one holds none.
    package init(directory: String, log: Logger = Logger("plugins")) {
        self.directory = directory
        self.log = log
        reports = Mutex(CrashReports(directory: directory, log: log).readAll(keeping: PluginQuarantine.maximumReports))
    }

    /// The plugins that crashed and were not forgiven, each once.
    package var names: [String] {
        reports.withLock { Set($0.values.map(\.plugin)).sorted() }
    }

    /// Why a library is left out; `nil`: it may be loaded.
    package func refusal(of library: CheckedLibrary) -> PluginError? {
        let known = reports.withLock { reports in
            reports.filter { $0.value.plugin == library.file.name && $0.value.content == library.content }
                .max { $0.value.time < $1.value.time }
        }
        guard let (file, report) = known else { return nil }
        return PluginError(
            .crashedBefore, file: library.file.path,
            "it ended the app the last time (\(report.summary)) and is left out. A changed library is tried by itself; to "
                + "try this one again: keystone run --retry-plugins, or the action "
                + "\(quoted("plugin:retry:" + library.file.name)). The report: \(directory)/\(file)")
    }

    /// Lets the plugin be tried again, also by later runs. Its reports stay, under another name. Answers whether there
    /// was one.
    @discardableResult
    package func forgive(_ name: String) -> Bool {
        forgive { $0.plugin == name }
    }

    /// `forgive` for all of them.
    @discardableResult
    package func forgiveAll() -> Bool {
        forgive { _ in true }
    }

    private func forgive(_ isMeant: (CrashReport) -> Bool) -> Bool {
        let forgiven = reports.withLock { reports in
            let files = reports.filter { isMeant($0.value) }.map(\.key)
            for file in files { reports[file] = nil }
            return files
        }
        for file in forgiven where rename("\(directory)/\(file)", "\(directory)/\(file)-forgiven") != 0 {
            let error = SystemError.last("rename", path: "\(directory)/\(file)")
            log.warning("the next start leaves this plugin out again: \(error)")
        }
        return !forgiven.isEmpty
    }
}
