internal import KeystoneBuild
internal import KeystoneSupport

/// What pages show of the app's Swift sources: the compiler's errors, and that the app has to be started again. It reaches
/// them as the host event `__sources__`.
struct SourceProblems: Sendable, Hashable {
    static let event = "__sources__"
    /// Errors of one module that a page is told; what follows the first ones, they have caused as a rule.
    private static let maximumErrors = 30

    /// By module.
    var errors: [String: [CompilerDiagnostic]] = [:]
    /// Why the app has to be started again; `nil` where it doesn't.
    var restart: String?

    var isEmpty: Bool { errors.isEmpty && restart == nil }

    /// - Parameter directory: The app's: files are named from there.
    func json(from directory: String) -> JSONValue {
        let builds = errors.sorted { $0.key < $1.key }.map { name, diagnostics in
            JSONValue.object([
                "module": .string(name),
                "errors": .array(diagnostics.prefix(Self.maximumErrors).map { $0.json(from: directory) }),
            ])
        }
        var object: JSONObject = ["builds": .array(builds)]
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
