/// A library that is not in service as it lies there.
package struct PluginProblem: Sendable, Hashable {
    package var name: String
    /// Why, and which file.
    package var error: PluginError
    /// An older version of it is in service.
    package var olderInService = false
    /// It ended the app, and nobody has asked yet to try it again.
    package var canRetry = false
}

extension PluginLoader {
    /// Calls `onProblems` where that has something new to hear.
    package func tellProblems() {
        let problems = problems
        guard problems != toldProblems else { return }
        toldProblems = problems
        onProblems?(problems)
    }

    private var problems: [PluginProblem] {
        let crashed = options.quarantine?.names ?? []
        let refused = sortedRecords.compactMap { record in
            record.lastError.map { error in
                PluginProblem(
                    name: record.file.name, error: error, olderInService: record.inService != nil,
                    canRetry: error.code == .crashedBefore && crashed.contains(record.file.name))
            }
        }
        return refused + leftOut.map { PluginProblem(name: $0.pluginName, error: $0) }
    }

    /// Of libraries that change together, one has failed: the others stay as they were. Those that wait with a new file are
    /// not reported, since they are not at fault, but they are a problem as long as that lasts.
    func holdBack(_ step: ReloadPlan.Step, for failed: String) {
        for member in step.candidates where member.name != failed {
            guard let record = records[member.name], record.lastError == nil, record.stamp != record.servedStamp else {
                continue
            }
            records[member.name]?.lastError = PluginError(
                .heldBack, file: member.candidate.file.path,
                "it is replaced together with \(failed), which is not in service as it lies there: see its error")
        }
    }
}
