internal import KeystonePlugins
internal import KeystoneSupport

/// What the loader tells: a line in the log, and an event for who drives the app.
extension PluginHost {
    func receive(_ report: PluginReport) {
        write(report)
        if let runtime {
            let event = report.control
            runtime.observer?("plugin", [("what", .string(event.what))] + event.fields)
        } else {
            earlyReports.append(report)
        }
        switch report {
        case .needsRestart(let names): onNeedsRestart?(names)
        case .loaded, .reloaded, .unloaded: onHandlersChange?()
        case .refused, .leaked: break
        }
    }

    /// Tells who drives the app from now on what came before.
    func tellEarlyReports() {
        let reports = earlyReports
        earlyReports = []
        for report in reports {
            let event = report.control
            runtime?.observer?("plugin", [("what", .string(event.what))] + event.fields)
        }
    }

    private func write(_ report: PluginReport) {
        switch report {
        case .loaded(let name, let generation):
            log.info("\(name) is in service (generation \(generation))")
        case .reloaded(let reload):
            let all = zip(reload.names, reload.generations).map { "\($0) (generation \($1))" }
            log.info(
                "reloaded \(all.joined(separator: ", ")): mapped in \(reload.preparation.milliseconds) ms, swapped in "
                    + "\(reload.swap.milliseconds) ms; old code still mapped: \(reload.oldBytes >> 10) KiB")
        case .unloaded(let name):
            log.info("\(name) is out of service: its file is gone")
        case .refused(let error, _, let olderInService):
            log.error("\(error)" + (olderInService ? "; the older version stays in service" : ""))
        case .needsRestart(let names):
            log.warning("\(names.joined(separator: ", ")) changed: that takes effect when the app starts again")
        case .leaked(let name, let generation, let objects):
            log.warning(
                "\(name) generation \(generation) is gone, but something still holds \(objects.joined(separator: ", ")): a "
                    + "timer, a task or a closure that shutdown() doesn't end")
        }
    }
}

extension PluginReport {
    /// As the control channel calls it.
    fileprivate var control: (what: String, fields: [(String, JSONValue)]) {
        switch self {
        case .loaded(let name, let generation):
            return ("loaded", [("name", .string(name)), ("generation", JSONValue(generation))])
        case .reloaded(let reload):
            return (
                "reloaded",
                [
                    ("names", .array(reload.names.map { .string($0) })),
                    ("generations", .array(reload.generations.map { JSONValue($0) })),
                    ("preparation", .number(reload.preparation.milliseconds)),
                    ("swap", .number(reload.swap.milliseconds)), ("oldBytes", JSONValue(reload.oldBytes)),
                ]
            )
        case .unloaded(let name):
            return ("unloaded", [("name", .string(name))])
        case .refused(let error, let name, let olderInService):
            return (
                "refused",
                [
                    ("name", .string(name)), ("code", .string(error.code.rawValue)), ("file", .string(error.file)),
                    ("message", .string(error.message)), ("olderInService", .bool(olderInService)),
                ]
            )
        case .needsRestart(let names):
            return ("needs-restart", [("names", .array(names.map { .string($0) }))])
        case .leaked(let name, let generation, let objects):
            return (
                "leaked",
                [
                    ("name", .string(name)), ("generation", JSONValue(generation)),
                    ("objects", .array(objects.map { .string($0) })),
                ]
            )
        }
    }
}

extension Duration {
    /// To a tenth.
    var milliseconds: Double { ((self / .milliseconds(1)) * 10).rounded() / 10 }
}
