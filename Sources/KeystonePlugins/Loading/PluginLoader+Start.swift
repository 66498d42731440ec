internal import KeystoneSupport

extension PluginLoader {
    // MARK: Loading

    /// Finds, checks and maps all libraries and makes their plugins. Nothing of these runs yet. It blocks: call it before
    /// the main loop turns.
    package func loadAll() {
        guard phase == .created else { return }
        phase = .loaded
        defer { tellProblems() }
        let discovery = PluginDiscovery(options.directories)
        leftOut = discovery.refused
        for error in discovery.refused { report(.refused(error, name: error.pluginName, olderInService: false)) }
        guard !discovery.files.isEmpty || options.hotReload, prepareMapping(discovery.files) else { return }
        var members: [String: ReloadPlan.Member] = [:]
        for file in discovery.files {
            records[file.name] = PluginRecord(file: file)
            do throws(PluginError) {
                let candidate = try inspect(file)
                records[file.name]?.stamp = candidate.stamp
                records[file.name]?.needed = candidate.facts.needed
                members[file.name] = ReloadPlan.Member(
                    candidate: candidate, dependencies: candidate.dependencies(in: discovery.files))
            } catch {
                refuse(file, error)
            }
        }
        load(members, discovery.files.map(\.name).filter { members[$0] != nil })
    }

    func inspect(_ file: PluginFile) throws(PluginError) -> PluginCandidate {
        try PluginCandidate(file, trust: options.trust, quarantine: options.quarantine)
    }

    private func prepareMapping(_ files: [PluginFile]) -> Bool {
        do {
            shadow = options.hotReload ? try ShadowDirectory(below: options.shadowDirectory) : nil
            mapper = LibraryMapper(shadow: shadow, patchelf: options.patchelf, trust: options.trust)
            return true
        } catch {
            for file in files {
                refuse(
                    file,
                    PluginError(
                        .loading, file: file.path,
                        "it can't be copied before it is loaded: \(error). Make \(options.shadowDirectory) writable"))
            }
            return false
        }
    }

    private func load(_ members: [String: ReloadPlan.Member], _ names: [String]) {
        let graph = DependencyGraph(members.mapValues { Set($0.dependencies.values) })
        let (order, stuck) = graph.ordered(names)
        for name in stuck {
            guard let file = members[name]?.candidate.file else { continue }
            refuse(file, .circle(stuck, for: file))
        }
        for name in order {
            guard let member = members[name] else { continue }
            let file = member.candidate.file
            do throws(PluginError) {
                let image = try map(member)
                records[name]?.generation = try makeGeneration(of: image)
            } catch {
                refuse(file, error)
            }
        }
    }

    private func map(_ member: ReloadPlan.Member) throws(PluginError) -> PluginImage {
        let file = member.candidate.file
        guard let mapper else { throw .gone(file) }
        let images = records.compactMapValues { $0.generation?.image }
        let prepared = try mapper.prepare(
            member.candidate, generation: nextGeneration(of: file.name),
            dependencies: member.places(images.mapValues(\.mappedPath)))
        return try map(prepared, mapper)
    }

    func map(_ prepared: LibraryMapper.Prepared, _ mapper: LibraryMapper) throws(PluginError) -> PluginImage {
        let image = try mapper.map(prepared, watch: options.crashWatch)
        mappedBytes[image.file.name, default: 0] += image.mappedBytes
        return image
    }

    // MARK: Starting

    /// Starts all that was loaded, the app's core and what that needs first.
    package func startAll() async {
        await enqueue { [self] in
            guard phase == .loaded else { return }
            for name in startOrder() where phase == .loaded {
                await start(name)
                tellProblems()
            }
            if phase == .loaded { phase = .running }
        }
        scheduleChanges()
    }

    private func startOrder() -> [String] {
        let loaded = records.values.filter { $0.generation != nil }
            .sorted { ($0.file.origin, $0.file.name) < ($1.file.origin, $1.file.name) }.map(\.file.name)
        let graph = currentGraph
        let core = Set(loaded.filter { records[$0]?.generation?.isReloadable == false })
        let first = graph.requirements(of: core)
        return graph.ordered(loaded.filter { first.contains($0) } + loaded.filter { !first.contains($0) }).order
    }

    /// Who needs whom among what is loaded.
    var currentGraph: DependencyGraph {
        DependencyGraph(
            records.compactMapValues { record in record.generation.map { Set($0.image.dependencies) } })
    }

    private func start(_ name: String) async {
        guard let generation = records[name]?.generation else { return }
        if let missing = generation.image.dependencies.first(where: { records[$0]?.isStarted != true }) {
            return drop(generation, .unavailable(missing, for: generation.image.file))
        }
        do {
            try await generation.start([:])
        } catch {
            await generation.stop()
            return drop(generation, generation.startError(error))
        }
        // The app has ended meanwhile, and didn't wait for it.
        guard phase != .stopped else { return await generation.stop() }
        generation.activate()
        records[name]?.comeIntoService()
        report(.loaded(name: name, generation: generation.image.generation))
    }

    private func drop(_ generation: any PluginGeneration, _ error: PluginError) {
        leaks.watch(Retired(generation))
        records[generation.name]?.generation = nil
        refuse(generation.image.file, error)
    }

    // MARK: Stopping

    /// How long the end waits for a start or a reload that is under way; a plugin may hang in it.
    private static let stopPatience = Duration.seconds(5)

    /// Stops all plugins, those that need others first, and removes the copies. Nothing happens after that.
    package func stopAll() async {
        timer?.cancel()
        await bounded(by: Self.stopPatience, time: options.time) { await self.finishWork() }
        guard phase != .stopped else { return }
        phase = .stopped
        for name in startOrder().reversed() {
            guard let generation = records[name]?.inService else { continue }
            await generation.stop()
            _ = generation.retire()
        }
        leaks.stop()
        shadow?.remove()
    }
}

extension PluginError {
    /// The name of the plugin that the file would be.
    var pluginName: String { PluginError.name(of: file) }

    static func name(of path: String) -> String { PluginFile(path: path, origin: .bundled)?.name ?? path }
}
