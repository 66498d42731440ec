/// What has to be done for a set of changed libraries: which others must change with them, in which order, and which can't.
///
/// The work of `init` is reading and checking files. Nothing is mapped.
struct ReloadPlan: Sendable {
    /// What is known of a library before.
    struct Known: Sendable {
        var isInService: Bool
        /// What lies there is something else than what is in service, since it failed before.
        var isOutdated: Bool
        /// What the version in service needs; where there is none, what the last one that was looked at needs.
        var dependencies: Set<String>
    }

    /// Libraries that change together, or not at all.
    struct Step: Sendable {
        /// Dependencies first.
        var candidates: [Member] = []
        /// Where there is one, nothing changes.
        var failures: [(name: String, file: PluginFile, error: PluginError)] = []
        /// Of the versions in service, dependencies first.
        var oldOrder: [String] = []
    }

    struct Member: Sendable {
        var candidate: PluginCandidate
        /// The plugins that it needs, by the words that it uses for them.
        var dependencies: [String: String]

        var name: String { candidate.file.name }

        /// The plugins that it needs, and where those are mapped from; `paths`: of those that are there, by name.
        func places(_ paths: [String: String]) throws(PluginError) -> [String: (name: String, path: String)] {
            var places: [String: (name: String, path: String)] = [:]
            for (needed, name) in dependencies {
                guard let path = paths[name] else { throw .unavailable(name, for: candidate.file) }
                places[needed] = (name, path)
            }
            return places
        }
    }

    private(set) var steps: [Step] = []

    private let files: [PluginFile]
    private let known: [String: Known]
    private let inspect: @Sendable (PluginFile) throws(PluginError) -> PluginCandidate
    private var members: [String: Member] = [:]
    private var failures: [String: PluginError] = [:]

    init(
        changed: Set<String>, files: [PluginFile], known: [String: Known],
        inspect: @escaping @Sendable (PluginFile) throws(PluginError) -> PluginCandidate
    ) {
        self.files = files
        self.known = known
        self.inspect = inspect
        let names = collect(changed)
        let graph = union
        // By origin, then by name: the order of discovery.
        let ordered = files.map(\.name).filter { names.contains($0) }
        for group in graph.components(of: ordered) { addSteps(group) }
    }

    // MARK: Members

    /// Reads the changed libraries, all that need them, and what those need and was not in service so far.
    private mutating func collect(_ changed: Set<String>) -> Set<String> {
        // One that is new may be what others have been missing.
        let nodes = files.map { ($0.name, Set<String>()) }
        let old = DependencyGraph(known.mapValues(\.dependencies).merging(nodes) { known, _ in known })
        var names: Set<String> = []
        var unread = old.dependents(of: changed)
        while let name = unread.popFirst() {
            guard names.insert(name).inserted, let file = files.first(where: { $0.name == name }) else { continue }
            do throws(PluginError) {
                let candidate = try inspect(file)
                let member = Member(candidate: candidate, dependencies: candidate.dependencies(in: files))
                members[name] = member
                for other in member.dependencies.values where known[other].map(\.isOutdated) ?? true {
                    unread.formUnion(old.dependents(of: [other]).subtracting(names))
                }
            } catch {
                failures[name] = error
            }
        }
        return names
    }

    private func needs(_ name: String) -> Set<String> {
        members[name].map { Set($0.dependencies.values) } ?? known[name]?.dependencies ?? []
    }

    /// The edges as they are and as they will be.
    private var union: DependencyGraph {
        let names = Set(known.keys).union(files.map(\.name))
        return DependencyGraph(
            Dictionary(uniqueKeysWithValues: names.map { ($0, needs($0).union(known[$0]?.dependencies ?? [])) }))
    }

    // MARK: Steps

    /// One step for those in service and what they need; then one for each newcomer, so that none of these can keep the
    /// others from being reloaded.
    private mutating func addSteps(_ group: [String]) {
        let graph = DependencyGraph(Dictionary(uniqueKeysWithValues: group.map { ($0, needs($0)) }))
        let (order, stuck) = graph.ordered(group)
        for name in stuck where failures[name] == nil {
            let file = members[name]?.candidate.file
            failures[name] = file.map { PluginError.circle(stuck, for: $0) }
        }
        let serving = Set(group.filter { known[$0]?.isInService == true })
        let cascade = graph.requirements(of: serving)
        if !cascade.isEmpty { steps.append(step((order + stuck).filter { cascade.contains($0) })) }
        for name in order + stuck where !cascade.contains(name) { steps.append(step([name])) }
    }

    private func step(_ names: [String]) -> Step {
        var step = Step()
        for name in names {
            if let error = failures[name], let file = files.first(where: { $0.name == name }) {
                step.failures.append((name, file, error))
            } else if let member = members[name] {
                step.candidates.append(member)
            }
        }
        let old = DependencyGraph(known.mapValues(\.dependencies))
        step.oldOrder = old.ordered(names.filter { known[$0]?.isInService == true }).order
        return step
    }
}

extension PluginError {
    static func circle(_ names: [String], for file: PluginFile) -> PluginError {
        PluginError(
            .conflict, file: file.path,
            "it needs itself by way of others, or one that does (\(names.sorted().joined(separator: ", "))): "
                + "move what they share into a plugin of its own")
    }
}
