/// What a build did.
package struct BuildReport: Sendable {
    package enum Outcome: Sendable, Hashable {
        /// Nothing had changed.
        case upToDate
        case built
        /// The compiler or the linker refused it: see `diagnostics`. The old library is still there, if there was one.
        case failed
        /// Not tried, because of a module that it imports.
        case skipped(dependency: String)
        /// Compiled and put aside: this other module was not built, and the old one of it would not fit.
        case held(for: String)
    }

    package struct Entry: Sendable {
        package var module: NativeModule
        package var outcome: Outcome
        /// Warnings, too. Of the compilation that this build did.
        package var diagnostics: [CompilerDiagnostic] = []
    }

    /// In the order of the build: dependencies first.
    package var entries: [Entry] = []
    /// Libraries that were removed, since their sources are gone.
    package var removed: [String] = []

    package init() {}

    init(entries: [Entry] = [], removed: [String]) {
        self.entries = entries
        self.removed = removed
    }

    package mutating func add(_ other: BuildReport) {
        entries += other.entries
        removed += other.removed
    }

    package var succeeded: Bool { entries.allSatisfy { $0.outcome == .upToDate || $0.outcome == .built } }

    /// The libraries that are there and up to date, absolute.
    package var libraries: [String] {
        entries.filter { $0.outcome == .upToDate || $0.outcome == .built }.map(\.module.library)
    }

    package var errors: [CompilerDiagnostic] { entries.flatMap(\.diagnostics).filter { $0.severity == .error } }

    package func outcome(of name: String) -> Outcome? { entries.first { $0.module.name == name }?.outcome }
}

/// What a build tells while it runs; from any thread.
package enum BuildEvent: Sendable {
    /// A module is compiled: it was changed, or something that it is made of.
    case compiling(NativeModule)
    case finished(BuildReport.Entry)
    /// It was compiled, and waits for another one: see `BuildReport.Outcome.held`.
    case held(NativeModule, for: String)
}
