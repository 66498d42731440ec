internal import KeystoneSupport

/// In development: keeps the file up to date that `keystone types` has written. Where there is none, none is made.
///
/// The handlers are the running app's, so the file is left alone while these may be others than the command would find.
@MainActor
final class TypesRefresh {
    enum Handlers {
        case all([HandlerTypes.Entry])
        /// Why some may be missing. What passes by itself is not worth a line of the log.
        case incomplete(String, isPassing: Bool)
    }

    /// What comes together is looked at once.
    private static let quiet = Duration.milliseconds(100)

    private let file: HandlerTypesFile
    /// The file's name for the log.
    private let name: String
    private let handlers: @MainActor () -> Handlers
    private var pending: Task<Void, Never>?
    private var lastReason: String?
    private let log = Logger("host")

    init(_ file: HandlerTypesFile, name: String, handlers: @escaping @MainActor () -> Handlers) {
        self.file = file
        self.name = name
        self.handlers = handlers
    }

    /// Handlers may have changed: writes the file soon, if they have. Returns at once.
    func refresh() {
        let before = pending
        before?.cancel()
        pending = Task { [weak self] in
            await before?.value
            do { try await Task.sleep(for: Self.quiet) } catch { return }
            await self?.write()
        }
    }

    private func write() async {
        guard fileExists(file.path) else { return }
        switch handlers() {
        case .incomplete(let reason, let isPassing):
            let level: LogLevel = isPassing || reason == lastReason ? .debug : .info
            log.log(level, "\(name) stays as it is: \(reason)")
            lastReason = reason
        case .all(let entries):
            lastReason = nil
            do {
                guard let (outcome, summary) = try await Self.write(entries, to: file) else {
                    return log.debug("\(name) was not made by keystone types, and stays as it is")
                }
                let isNew = outcome == .written
                log.log(isNew ? .info : .debug, "\(name): \(summary), \(isNew ? "written anew" : "up to date")")
            } catch is CancellationError {
                log.debug("\(name) is written after the next reload")
            } catch {
                log.warning("\(error)")
            }
        }
    }

    /// Trying out all types takes a while, and isn't the main thread's. `nil` where the file is somebody else's.
    @concurrent
    private nonisolated static func write(
        _ entries: [HandlerTypes.Entry], to file: HandlerTypesFile
    ) async throws -> (HandlerTypesFile.Outcome, summary: String)? {
        guard try file.isOurs() else { return nil }
        let types = HandlerTypes(entries)
        let text = types.text
        try Task.checkCancellation()
        return (try file.update(text), types.summary)
    }
}
