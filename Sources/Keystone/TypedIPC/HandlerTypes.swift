internal import KeystoneServices
internal import KeystoneSupport

/// The TypeScript declarations of the app's handlers: what `keystone types` writes.
struct HandlerTypes {
    /// Who may call a handler.
    enum Reach: Hashable, Comparable {
        case app
        /// The pages of a component's windows.
        case component(String)
        /// The same, added to each window as it is made.
        case window(String)
    }

    struct Entry {
        var channel: String
        var reach: Reach
        var signature: HandlerSignature
    }

    private let describer = TypeDescriber()
    private let channels: [(name: String, entries: [Described])]

    private struct Described {
        var reach: Reach
        var argument: TypeShape
        var result: TypeShape
    }

    init(_ entries: [Entry]) {
        let byChannel = Dictionary(grouping: entries, by: \.channel)
        channels = byChannel.keys.sorted().map { [describer] name in
            let sorted = (byChannel[name] ?? []).sorted { $0.reach < $1.reach }
            return (name, sorted.map { Self.describe($0, describer) })
        }
    }

    // MARK: Shapes

    private static func describe(_ entry: Entry, _ describer: TypeDescriber) -> Described {
        let argument: TypeShape =
            switch entry.signature.argument {
            case .nothing: .written("undefined")
            case .bytes: .written("ArrayBuffer | ArrayBufferView")
            case .raw: .any
            case .json(let type): argument(describer.describe(type).shape)
            }
        let result: TypeShape =
            switch entry.signature.result {
            case .nothing: .written("undefined")
            case .bytes: .written("ArrayBuffer")
            case .raw: .any
            case .json(let type): result(type, describer)
            }
        return Described(reach: entry.reach, argument: argument, result: result)
    }

    /// No arguments at all count as `null`.
    private static func argument(_ shape: TypeShape) -> TypeShape {
        if case .nullable = shape { .union([shape, .written("undefined")]) } else { shape }
    }

    /// What is decoded need not be encoded so: values that were decoded are encoded, and must fit.
    private static func result(_ type: Any.Type, _ describer: TypeDescriber) -> TypeShape {
        let known = describer.describe(type)
        let declarations = describer.declarations.mapValues(\.shape)
        for sample in known.samples {
            guard let sample = sample as? any Encodable, let text = try? JSONCoding.encode(sample),
                let json = try? JSONValue.parse(text)
            else { continue }
            guard known.shape.matches(json, declarations) else {
                return .unknown("\(type) is encoded otherwise than it is decoded")
            }
        }
        return known.shape
    }

    // MARK: Text

    /// In a few words.
    var summary: String { channels.count == 1 ? "1 channel" : "\(channels.count) channels" }

    /// The whole file; the same for the same handlers.
    var text: String {
        let declared = declaredInOrder
        let names = TypeScriptNames(declared.map(\.type)).names
        let writer = TypeScriptText(names: names)
        let declarations = declared.compactMap { declaration -> (String, String)? in
            guard let name = names[ObjectIdentifier(declaration.type)] else { return nil }
            let origin = TypeScriptText.documentation(TypeScriptNames.qualified(declaration.type))
            return (name, "\n\(origin)\n" + writer.declaration(of: name, declaration.shape))
        }
        return """
            // Made by `keystone types` from the app's Swift handlers, which decide what is here. Changes are lost.
            import "@keystone/sdk/bridge";
            \(declarations.sorted { $0.0 < $1.0 }.map(\.1).joined())
            declare module "@keystone/sdk/bridge" {
              interface InvokeHandlers {
            \(channels.map { entry($0.name, $0.entries, writer) }.joined())  }
            }

            """
    }

    private func entry(_ channel: String, _ entries: [Described], _ writer: TypeScriptText) -> String {
        let arguments = different(entries.map { writer.type($0.argument) })
        let results = different(entries.map { writer.type($0.result) })
        let argument = arguments.count == 1 ? arguments[0] : arguments.map { "(\($0))" }.joined(separator: " & ")
        let note = note(entries).map { "    \(TypeScriptText.documentation($0))\n" } ?? ""
        return note
            + "    \(TypeScriptText.quoted(channel)): { args: \(argument); result: \(results.joined(separator: " | ")) };\n"
    }

    /// Where the handler isn't for all pages.
    private func note(_ entries: [Described]) -> String? {
        guard !entries.allSatisfy({ $0.reach == .app }) else { return nil }
        let places = entries.map { entry in
            switch entry.reach {
            case .app: "the app"
            case .component(let name), .window(let name): "the windows of \(name)"
            }
        }
        return "Handled by " + different(places).joined(separator: ", ") + "."
    }

    private func different(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    /// The types that the handlers reach, in the order in which they are met.
    private var declaredInOrder: [TypeDescriber.Declaration] {
        var found: [ObjectIdentifier] = []
        var waiting = channels.flatMap { $0.entries.flatMap { [$0.argument, $0.result] } }
        var next = 0
        while next < waiting.count {
            for id in waiting[next].references where !found.contains(id) {
                found.append(id)
                if let declaration = describer.declarations[id] { waiting.append(declaration.shape) }
            }
            next += 1
        }
        return found.compactMap { describer.declarations[$0] }
    }
}

extension TypeShape {
    /// The named types in it, in order.
    fileprivate var references: [ObjectIdentifier] {
        switch self {
        case .named(let id): [id]
        case .nullable(let shape), .array(let shape), .dictionary(let shape), .noted(let shape, _): shape.references
        case .tuple(let shapes), .union(let shapes): shapes.flatMap(\.references)
        case .object(let members): members.flatMap(\.shape.references)
        case .boolean, .number, .string, .any, .unknown, .literals, .written: []
        }
    }
}
