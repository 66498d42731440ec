import FileTree
import FoundationEssentials
import Glibc
import Keystone

/// The file system for the page: where each window is, what is there and what changes, and the search.
///
/// An actor, so that what it remembers is safe from any thread; the work on files happens in `Blocking`'s threads.
actor FilesService: ServicePlugin, StatefulPlugin {
    nonisolated let serviceName = "files"
    private var histories: [String: History] = [:]

    func initialize(_ context: CoreContext) async throws {
        // The page can't choose what it may see: whoever starts the app does.
        let root = getenv("FILES_ROOT") ?? getenv("HOME")
        let tree = try Tree(root.map { String(cString: $0) } ?? "/")
        context.log.info("files: everything below \(tree.rootPath)")
        addHandlers(context, tree)
        addFileRoutes(context.http, tree)
        addStreams(context, tree)
    }

    // MARK: State

    /// Where each window is, and was. It outlives a reload of this plugin.
    func serializeState() async throws -> [UInt8]? {
        Array(try JSONEncoder().encode(histories))
    }

    func restoreState(_ state: [UInt8]) async throws {
        histories = try JSONDecoder().decode([String: History].self, from: Data(state))
    }

    // MARK: Places

    private nonisolated func addHandlers(_ context: CoreContext, _ tree: Tree) {
        context.handle("files:place") { (_: JSONValue, request) in
            try await calling { try await self.place(tree, request.windowID) }
        }
        context.handle("files:open") { (input: OpenRequest, request) in
            try await calling { try await self.open(try RelativePath(input.path), tree, request.windowID) }
        }
        context.handle("files:go") { (input: GoRequest, request) in
            try await calling { try await self.go(input.steps, tree, request.windowID) }
        }
    }

    private func place(_ tree: Tree, _ window: String) throws -> Place {
        var history = histories[window] ?? History()
        while let path = history.current, !path.isEmpty, !isDirectory(path, tree) {
            history.visit(try RelativePath(path).parent.text)
        }
        return remember(history, tree, window)
    }

    /// Opens a directory, or the directory of a file. Links are followed as far as they stay below the root.
    private func open(_ path: RelativePath, _ tree: Tree, _ window: String) throws -> Place {
        var target = try tree.resolve(path)
        var selected: String?
        if try tree.entry(target).kind != .directory {
            selected = target.last?.text
            target = target.parent
        }
        try tree.requireDirectory(target)
        var history = histories[window] ?? History()
        history.visit(target.text)
        return remember(history, tree, window, selected)
    }

    private func go(_ steps: Int, _ tree: Tree, _ window: String) throws -> Place {
        var history = histories[window] ?? History()
        history.go(by: steps) { isDirectory($0, tree) }
        return remember(history, tree, window)
    }

    private func isDirectory(_ path: String, _ tree: Tree) -> Bool {
        (try? tree.requireDirectory(RelativePath(path))) != nil
    }

    private func remember(_ history: History, _ tree: Tree, _ window: String, _ selected: String? = nil) -> Place {
        histories[window] = history
        return Place(
            path: history.current ?? "", root: tree.rootPath, canGoBack: history.canGo(by: -1),
            canGoForward: history.canGo(by: 1), selected: selected)
    }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { FilesService() } }
