internal import KeystoneSupport

/// Which of the modules that were compiled come into use.
///
/// A library fits those interfaces alone that it was compiled against. Where an interface is new and something that imports
/// it could not be compiled, the old library of that is still there: so the new one must wait, and with it all that was
/// compiled against it.
struct BuildSelection {
    let imports: [String: [String]]
    let results: [String: ModuleBuild.Result]

    /// Modules that were built and have to wait, each with the one that it waits for.
    func held() -> [String: String] {
        let built = results.filter { $0.value.entry.outcome == .built }
        // One without a library has nothing that could misfit.
        let others = results.keys.sorted().filter { results[$0].map { fileExists($0.entry.module.library) } ?? false }
        let closures = results.keys.reduce(into: [:]) { $0[$1] = BuildOrder.closure(of: $1, imports: imports) }
        var held: [String: String] = [:]
        var isSettled = false
        while !isSettled {
            isSettled = true
            for (name, result) in built where held[name] == nil {
                let importer = others.first { other in
                    result.hasNewInterface && closures[other]?.contains(name) == true
                        && (held[other] != nil || isBroken(other))
                }
                let dependency = closures[name]?.sorted().first { held[$0] != nil }
                guard let reason = importer.map({ held[$0] ?? $0 }) ?? dependency.flatMap({ held[$0] }) else {
                    continue
                }
                held[name] = reason
                isSettled = false
            }
        }
        return held
    }

    private func isBroken(_ name: String) -> Bool {
        switch results[name]?.entry.outcome {
        case .failed, .skipped, .held: true
        case .upToDate, .built, nil: false
        }
    }
}
