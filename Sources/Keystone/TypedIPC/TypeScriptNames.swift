/// Names of declarations: a Swift type's own where no other has it, else its whole one.
struct TypeScriptNames {
    private(set) var names: [ObjectIdentifier: String] = [:]

    /// Words that name something in the file already, or can't name a type.
    private static let reserved: Set = [
        "any", "unknown", "never", "void", "null", "undefined", "string", "number", "boolean", "object", "symbol",
        "bigint", "true", "false", "this", "typeof", "keyof", "infer", "is", "asserts", "readonly", "unique", "break",
        "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum", "export",
        "extends", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "return", "super", "switch",
        "throw", "try", "var", "while", "with", "implements", "interface", "let", "package", "private", "protected",
        "public", "static", "yield", "await", "async", "type", "declare", "module", "namespace", "abstract", "as",
        "ArrayBuffer", "ArrayBufferView", "InvokeHandlers",
    ]

    /// - Parameter types: In the order in which equal names are numbered.
    init(_ types: [Any.Type]) {
        let simple = Dictionary(grouping: types) { Self.identifier(String(describing: $0)) }
        var taken: Set<String> = []
        for type in types {
            let own = Self.identifier(String(describing: type))
            let name = simple[own]?.count == 1 ? own : Self.identifier(Self.qualified(type))
            let free = Self.free(name, taken)
            taken.insert(free)
            names[ObjectIdentifier(type)] = free
        }
    }

    private static func free(_ name: String, _ taken: Set<String>) -> String {
        var candidate = reserved.contains(name) ? name + "_" : name
        var number = 2
        while taken.contains(candidate) {
            candidate = "\(name)\(number)"
            number += 1
        }
        return candidate
    }

    /// For example `Shop.Order.Line`. What the compiler says of private types' places changes from run to run, and is left
    /// out.
    static func qualified(_ type: Any.Type) -> String {
        _typeName(type, qualified: true).replacing(/\(unknown context at \$[0-9a-f]+\)\./, with: "")
    }

    /// The name's parts joined: `Page<Item>` becomes `PageItem`.
    private static func identifier(_ name: String) -> String {
        let parts = name.unicodeScalars.split { !$0.properties.isIDContinue && $0 != "$" }
        let joined = parts.map { String(String.UnicodeScalarView($0)) }.enumerated().map { index, part in
            index == 0 ? part : part.prefix(1).uppercased() + part.dropFirst()
        }.joined()
        guard let first = joined.unicodeScalars.first else { return "Type" }
        return first.properties.isIDStart || first == "_" || first == "$" ? joined : "_" + joined
    }
}
