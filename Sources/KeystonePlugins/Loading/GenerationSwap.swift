/// Puts new generations of a cascade into the place of the old ones: of all, or of none.
@MainActor
struct GenerationSwap {
    /// Dependencies first.
    let old: [any PluginGeneration]
    /// Dependencies first.
    let new: [any PluginGeneration]

    enum Outcome {
        /// The new ones are in service; these are what the old ones left.
        case swapped([Retired])
        /// One didn't start, and was put out of service with the other new ones. The old ones are in service again but for
        /// those that are `lost`: they could not be started a second time.
        case failed(PluginError, name: String, lost: [(name: String, error: PluginError)], [Retired])
    }

    func run() async -> Outcome {
        var states: [String: PluginState] = [:]
        for generation in old.reversed() {
            states[generation.name] = await generation.saveState()
            await generation.stop()
        }
        for (index, generation) in new.enumerated() {
            do {
                try await generation.start(states[generation.name] ?? [:])
            } catch {
                let retired = await withdraw(new[...index])
                let (lost, more) = await restart(states)
                return .failed(generation.startError(error), name: generation.name, lost: lost, retired + more)
            }
        }
        // No call comes between these two.
        for generation in new { generation.activate() }
        return .swapped(old.map { Retired($0) })
    }

    /// Stops generations that were started, the last of which failed to.
    private func withdraw(_ started: ArraySlice<any PluginGeneration>) async -> [Retired] {
        for generation in started.reversed() { await generation.stop() }
        return started.map { Retired($0) }
    }

    /// Starts the old ones again. Without one of them those that need it can't be in service either.
    private func restart(
        _ states: [String: PluginState]
    ) async -> (lost: [(name: String, error: PluginError)], [Retired]) {
        var lost: [(name: String, error: PluginError)] = []
        var retired: [Retired] = []
        for generation in old {
            do {
                if let missing = generation.image.dependencies.first(where: { name in lost.contains { $0.name == name }
                }) {
                    throw PluginError.unavailable(missing, for: generation.image.file)
                }
                try await generation.start(states[generation.name] ?? [:])
                generation.activate()
            } catch {
                await generation.stop()
                retired.append(Retired(generation))
                lost.append((generation.name, generation.startError(error)))
            }
        }
        return (lost, retired)
    }
}

extension PluginGeneration {
    var name: String { image.file.name }

    /// What a start threw, with the file's name.
    func startError(_ error: any Error) -> PluginError {
        (error as? PluginError)
            ?? PluginError(.initialization, file: image.file.path, "it failed to start: \(error)")
    }
}

extension PluginError {
    static func unavailable(_ dependency: String, for file: PluginFile) -> PluginError {
        PluginError(
            .missingDependency, file: file.path,
            "it needs the plugin \(dependency), which is not in service: see its error")
    }
}
