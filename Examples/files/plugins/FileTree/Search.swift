internal import Glibc

/// Looks through everything below a directory, level by level, and tells what it finds while it looks.
///
/// Links are not followed, and other file systems are not entered.
public struct Search: Sendable {
    public enum Goal: Sendable {
        case name(String)
        case content(String)
    }

    public struct Hit: Sendable {
        /// The directory.
        public var place: RelativePath
        public var entry: Entry
        /// Where the content was searched: the number of the line, from 1, and the line.
        public var line: (number: Int, text: String)?
    }

    public struct Progress: Sendable {
        public var entries = 0
        public var directories = 0
        /// Directories and files that could not be read.
        public var skipped = 0
        public var bytes = 0
        public var hits = 0
        /// There is more than anybody wants to see: the search has ended early.
        public var isCut = false
    }

    public static let maximumHits = 100_000
    /// Files whose content is searched by one task.
    private static let batch = 64
    /// Between two reports.
    private static let interval = Duration.milliseconds(50)

    let tree: Tree
    let goal: Goal
    let includesHidden: Bool

    public init(in tree: Tree, for goal: Goal, includesHidden: Bool) {
        self.tree = tree
        self.goal = goal
        self.includesHidden = includesHidden
    }

    /// Searches to the end; `report` is called with what has been found since the last time, at once for the first hit and
    /// then every 50 ms. The search waits for it.
    public func run(
        from start: RelativePath, report: (_ found: [Hit], _ progress: Progress) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Finding.self) { group in
            var walk = Walk(search: self, waiting: [start], device: try tree.directory(start).status().st_dev)
            while let path = walk.nextDirectory() {
                try await walk.enter(path, &group, report)
            }
            while let finding = try await group.next() {
                walk.take(finding)
                try await walk.tell(report)
            }
            try Task.checkCancellation()
            try await report(walk.found, walk.progress)
        }
    }

    /// What one task found in one directory.
    fileprivate struct Finding: Sendable {
        var place: RelativePath
        var directory: Descriptor
        var result: ContentSearch.Result
    }

    /// The state of one search.
    private struct Walk {
        let search: Search
        let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let pattern: NamePattern?
        let content: ContentSearch?
        var waiting: [RelativePath]
        var nextWaiting = 0
        let device: dev_t
        var found: [Hit] = []
        var progress = Progress()
        var running = 0
        var lastReport: ContinuousClock.Instant?

        init(search: Search, waiting: [RelativePath], device: dev_t) {
            (self.search, self.waiting, self.device) = (search, waiting, device)
            switch search.goal {
            case .name(let text): (pattern, content) = (NamePattern(text), nil)
            case .content(let text): (pattern, content) = (nil, ContentSearch(pattern: TextPattern(text)))
            }
        }

        mutating func nextDirectory() -> RelativePath? {
            guard nextWaiting < waiting.count, !progress.isCut else { return nil }
            if nextWaiting > 10_000 {
                waiting.removeFirst(nextWaiting)
                nextWaiting = 0
            }
            nextWaiting += 1
            return waiting[nextWaiting - 1]
        }

        mutating func enter(
            _ path: RelativePath, _ group: inout ThrowingTaskGroup<Finding, any Error>,
            _ report: ([Hit], Progress) async throws -> Void
        ) async throws {
            guard let directory = try? search.tree.directory(path), let reader = try? DirectoryReader(directory),
                let status = try? directory.status()
            else {
                progress.skipped += 1
                return
            }
            guard status.st_dev == device else { return }
            progress.directories += 1
            var files: [FileName] = []
            while !progress.isCut, let (name, known) = reader.next() {
                progress.entries += 1
                guard search.includesHidden || !name.isHidden else { continue }
                guard let kind = known ?? (try? directory.status(of: name)).map({ Entry.Kind(mode: $0.st_mode) })
                else { continue }
                if kind == .directory, path.names.count < RelativePath.maximumDepth {
                    waiting.append(path.appending(name))
                }
                if let pattern, pattern.matches(name) { add(name, nil, path, directory) }
                if content != nil, kind == .file { files.append(name) }
                if files.count >= Search.batch { try await look(into: &files, path, directory, &group) }
                if progress.entries % 256 == 0 || found.count == 1 { try await tell(report) }
            }
            if !files.isEmpty { try await look(into: &files, path, directory, &group) }
            try await tell(report)
        }

        /// Has a task search the files; waits while there are enough of those.
        mutating func look(
            into files: inout [FileName], _ path: RelativePath, _ directory: Descriptor,
            _ group: inout ThrowingTaskGroup<Finding, any Error>
        ) async throws {
            guard let content else { return }
            while running >= 2 * cores, let finding = try await group.next() { take(finding) }
            running += 1
            group.addTask { [files] in
                Finding(place: path, directory: directory, result: content.search(files, in: directory))
            }
            files = []
        }

        mutating func take(_ finding: Finding) {
            running -= 1
            progress.bytes += finding.result.bytes
            progress.skipped += finding.result.skipped
            for hit in finding.result.hits {
                add(hit.name, (hit.line, hit.excerpt), finding.place, finding.directory)
            }
        }

        mutating func add(
            _ name: FileName, _ line: (number: Int, text: String)?, _ place: RelativePath, _ directory: Descriptor
        ) {
            guard let status = try? directory.status(of: name) else { return }
            guard progress.hits < Search.maximumHits else { return progress.isCut = true }
            found.append(Hit(place: place, entry: Entry(name: name, status: status), line: line))
            progress.hits += 1
        }

        mutating func tell(_ report: ([Hit], Progress) async throws -> Void) async throws {
            try Task.checkCancellation()
            let now = ContinuousClock.now
            let isFirst = progress.hits > 0 && progress.hits == found.count
            guard isFirst || lastReport.map({ now - $0 >= Search.interval }) ?? false else {
                if lastReport == nil { lastReport = now }
                return
            }
            lastReport = now
            try await report(found, progress)
            found = []
        }
    }
}
