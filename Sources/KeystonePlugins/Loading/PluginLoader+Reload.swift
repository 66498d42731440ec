internal import KeystoneSupport

extension PluginLoader {
    /// Brings what is in service into line with what lies in the directories, as far as these libraries are concerned.
    /// `retriesFailed`: one that failed is tried again even though its file is the same; and what is gone is so for good.
    func perform(_ names: Set<String>, retriesFailed: Bool) async {
        guard phase == .running else { return }
        let directories = options.directories
        let discovery = await queue.run { PluginDiscovery(directories) }
        leftOut = discovery.refused
        for error in discovery.refused where names.contains(error.pluginName) {
            report(.refused(error, name: error.pluginName, olderInService: records[error.pluginName]?.inService != nil))
        }
        let files = Dictionary(uniqueKeysWithValues: discovery.files.map { ($0.name, $0) })
        let gone = takeGone(names.filter { files[$0] == nil }, atOnce: retriesFailed)
        await unload(gone, reportNeeded: false)
        let changed = names.filter { name in
            files[name].map { isNew($0, retriesFailed: retriesFailed) } ?? false
        }
        if !changed.isEmpty {
            let (known, trust, quarantine) = (known(discovery.files), options.trust, options.quarantine)
            let plan = await queue.run {
                ReloadPlan(changed: changed, files: discovery.files, known: known) { file throws(PluginError) in
                    try PluginCandidate(file, trust: trust, quarantine: quarantine)
                }
            }
            for step in plan.steps {
                await run(step)
                tellProblems()
            }
        }
        await unload(gone, reportNeeded: true)
        tellProblems()
    }

    private func isNew(_ file: PluginFile, retriesFailed: Bool) -> Bool {
        missing[file.name] = nil
        guard let record = records[file.name], record.file.path == file.path else { return true }
        if retriesFailed, record.generation == nil || record.isOutdated { return true }
        return record.stamp != FileStamp(file.path)
    }

    private func known(_ files: [PluginFile]) -> [String: ReloadPlan.Known] {
        records.mapValues { record in
            ReloadPlan.Known(
                isInService: record.inService != nil,
                isOutdated: record.inService == nil || record.isOutdated,
                dependencies: Set(
                    record.inService?.image.dependencies
                        ?? Array(record.file.plugins(among: record.needed, in: files).values)))
        }
    }

    // MARK: Reloading

    private func run(_ step: ReloadPlan.Step) async {
        for member in step.candidates {
            note(member.candidate.file, member.candidate.stamp, needed: member.candidate.facts.needed)
        }
        for (_, file, _) in step.failures { note(file, nil) }
        if let first = step.failures.first {
            for (_, file, error) in step.failures { refuse(file, error) }
            return holdBack(step, for: first.name)
        }
        let old = step.oldOrder.compactMap { records[$0]?.inService }
        guard old.allSatisfy(\.isReloadable) else { return askForRestart(step) }
        let began = options.time.now()
        do throws(Refusal) {
            let new = try await makeGenerations(step)
            guard new.allSatisfy(\.isReloadable) else { return askForRestart(step) }
            let prepared = options.time.now()
            let outcome = await GenerationSwap(old: old, new: new).run()
            finish(outcome, new, began: began, prepared: prepared, isFirst: old.isEmpty)
            if case .failed(_, let name, _, _) = outcome { holdBack(step, for: name) }
        } catch {
            refuse(error.file, error.error)
            holdBack(step, for: error.file.name)
        }
    }

    private func note(_ file: PluginFile, _ stamp: FileStamp?, needed: [String] = []) {
        var record = records[file.name] ?? PluginRecord(file: file)
        if record.generation == nil { record.file = file }
        record.stamp = stamp
        record.isOutdated = true
        record.needed = needed
        record.lastError = nil
        records[file.name] = record
    }

    private func askForRestart(_ step: ReloadPlan.Step) {
        // What has nothing to do with the core goes on being reloaded, with the versions that are in service.
        for member in step.candidates { records[member.name]?.isOutdated = false }
        report(.needsRestart(names: step.candidates.map(\.name)))
    }

    private struct Refusal: Error {
        let file: PluginFile
        let error: PluginError
    }

    /// Maps all, then makes the plugins of all.
    private func makeGenerations(_ step: ReloadPlan.Step) async throws(Refusal) -> [any PluginGeneration] {
        guard let mapper else { return [] }
        let current = records.compactMapValues { $0.inService?.image.mappedPath }
        let numbered = step.candidates.map { ($0, nextGeneration(of: $0.name)) }
        let prepared = try await queue.run { PluginLoader.prepare(numbered, current, mapper) }.get()
        var images: [PluginImage] = []
        for one in prepared {
            do throws(PluginError) {
                images.append(try map(one, mapper))
            } catch {
                throw Refusal(file: one.candidate.file, error: error)
            }
        }
        var made: [any PluginGeneration] = []
        for image in images {
            do throws(PluginError) {
                made.append(try makeGeneration(of: image))
            } catch {
                throw Refusal(file: image.file, error: error)
            }
        }
        return made
    }

    private nonisolated static func prepare(
        _ members: [(ReloadPlan.Member, generation: Int)], _ current: [String: String], _ mapper: LibraryMapper
    ) -> Result<[LibraryMapper.Prepared], Refusal> {
        var prepared: [LibraryMapper.Prepared] = []
        var paths = current
        for (member, generation) in members {
            do throws(PluginError) {
                let one = try mapper.prepare(
                    member.candidate, generation: generation, dependencies: member.places(paths))
                prepared.append(one)
                paths[member.name] = one.path
            } catch {
                return .failure(Refusal(file: member.candidate.file, error: error))
            }
        }
        return .success(prepared)
    }

    private func finish(
        _ outcome: GenerationSwap.Outcome, _ new: [any PluginGeneration], began: Duration, prepared: Duration,
        isFirst: Bool
    ) {
        switch outcome {
        case .swapped(let retired):
            for generation in new { putInService(generation) }
            for one in retired { leaks.watch(one) }
            if isFirst {
                for one in new { report(.loaded(name: one.name, generation: one.image.generation)) }
            } else {
                report(
                    .reloaded(
                        PluginReload(
                            names: new.map(\.name), generations: new.map(\.image.generation),
                            preparation: prepared - began, swap: options.time.now() - prepared, oldBytes: oldBytes)))
            }
        case .failed(let error, let name, let lost, let retired):
            for one in retired { leaks.watch(one) }
            for (name, _) in lost { takeOutOfService(name) }
            if let generation = new.first(where: { $0.name == name }) { refuse(generation.image.file, error) }
            for (other, error) in lost where other != name {
                if let file = records[other]?.file { refuse(file, error) }
            }
        }
    }

    private func putInService(_ generation: any PluginGeneration) {
        records[generation.name]?.file = generation.image.file
        records[generation.name]?.generation = generation
        records[generation.name]?.comeIntoService()
    }

    private func takeOutOfService(_ name: String) {
        records[name]?.generation = nil
        records[name]?.isStarted = false
    }

    // MARK: Unloading

    /// Those whose files have been missing for long enough; the others are looked at again.
    private func takeGone(_ names: Set<String>, atOnce: Bool) -> Set<String> {
        let now = options.time.now()
        var early: Set<String> = []
        for name in names where records[name] != nil && !atOnce {
            if let since = missing[name] {
                if now - since < options.removalDelay { early.insert(name) }
            } else {
                missing[name] = now
                early.insert(name)
            }
        }
        if !early.isEmpty { recheck(early) }
        return names.subtracting(early)
    }

    /// Takes libraries out of service, those that need others first; one that another needs stays.
    private func unload(_ names: Set<String>, reportNeeded: Bool) async {
        let present = records.keys.filter { names.contains($0) }.sorted()
        for name in currentGraph.ordered(present).order.reversed() {
            guard let record = records[name] else { continue }
            let users = currentGraph.dependents(of: [name]).subtracting([name])
            guard users.isEmpty else {
                if reportNeeded {
                    report(
                        .refused(
                            .needed(record.file, by: users), name: name, olderInService: record.inService != nil))
                }
                continue
            }
            if let generation = record.inService {
                await generation.stop()
                leaks.watch(Retired(generation))
            }
            records[name] = nil
            missing[name] = nil
            report(.unloaded(name: name))
        }
    }
}

extension PluginError {
    static func needed(_ file: PluginFile, by users: Set<String>) -> PluginError {
        let names = users.sorted().joined(separator: ", ")
        return PluginError(
            .conflict, file: file.path, "it is gone, but \(names) needs it: it stays in service until nobody does")
    }
}
