internal import KeystoneBuild
internal import KeystonePlugins
internal import KeystoneSupport

/// What pages show, in development, of what is wrong with the app's Swift: the compiler's errors, plugins that are not in
/// service or hang, and that the app has to be started again. It reaches them as the host event `__problems__`.
struct AppProblems: Sendable, Hashable {
    static let event = "__problems__"
    /// Errors of one module that a page is told; what follows the first ones, they have caused as a rule.
    private static let maximumErrors = 30

    /// By module.
    var errors: [String: [CompilerDiagnostic]] = [:]
    /// Libraries that are not in service as they lie there.
    var plugins: [PluginProblem] = []
    /// What is said of calls of plugins that hang.
    var hanging: [String] = []
    /// Why the app has to be started again; `nil` where it doesn't.
    var restart: String?

    var isEmpty: Bool { self == AppProblems() }

    /// - Parameter directory: The app's: files are named from there.
    func json(from directory: String) -> JSONValue {
        let builds = errors.sorted { $0.key < $1.key }.map { name, diagnostics in
            JSONValue.object([
                "module": .string(name),
                "errors": .array(diagnostics.prefix(Self.maximumErrors).map { $0.json(from: directory) }),
            ])
        }
        var object: JSONObject = [
            "builds": .array(builds), "plugins": .array(plugins.map { $0.json(from: directory) }),
            "hanging": .array(hanging.map { .string($0) }),
        ]
        object["restart"] = restart.map { .string($0) }
        return .object(object)
    }
}

extension CompilerDiagnostic {
    /// As `BuildError` of the page's protocol.
    fileprivate func json(from directory: String) -> JSONValue {
        var object: JSONObject = ["message": .string(text)]
        object["file"] = place(from: directory).map { .string($0) }
        object["line"] = line.map { JSONValue($0) }
        object["column"] = column.map { JSONValue($0) }
        object["lineText"] = source.map { .string($0) }
        object["mark"] = mark.map { JSONValue($0) }
        return .object(object)
    }
}

extension PluginProblem {
    /// As `PluginProblem` of the page's protocol.
    fileprivate func json(from directory: String) -> JSONValue {
        let path = error.file
        let file = path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : path
        return [
            "name": .string(name), "file": .string(file), "message": .string(error.message),
            "olderInService": .bool(olderInService), "canRetry": .bool(canRetry),
        ]
    }
}
