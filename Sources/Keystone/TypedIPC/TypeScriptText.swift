internal import KeystoneSupport

/// Shapes as TypeScript.
struct TypeScriptText {
    let names: [ObjectIdentifier: String]

    /// On one line.
    func type(_ shape: TypeShape) -> String {
        switch shape {
        case .boolean: "boolean"
        case .number: "number"
        case .string: "string"
        case .any: "unknown"
        case .unknown(let reason): "unknown \(Self.comment(reason))"
        case .literals(let texts): texts.joined(separator: " | ")
        case .nullable(let shape): union([type(shape), "null"])
        case .array(let shape): "\(grouped(shape))[]"
        case .tuple(let shapes): "[\(shapes.map(type).joined(separator: ", "))]"
        case .dictionary(let shape): "{ [key: string]: \(type(shape)) }"
        case .object(let members):
            members.isEmpty ? "{ [key: string]: never }" : "{ \(members.map(member).joined(separator: "; ")) }"
        case .union(let shapes): union(shapes.map(type))
        case .named(let id): names[id] ?? "unknown"
        case .written(let text): text
        case .noted(let shape, let note): "\(type(shape)) \(Self.comment(note))"
        }
    }

    /// `name`, with its documentation and all that belongs to it, to the end of the line.
    func declaration(of name: String, _ shape: TypeShape) -> String {
        guard case .object(let members) = shape, !members.isEmpty else {
            return "export type \(name) = \(type(shape));\n"
        }
        return "export interface \(name) {\n\(members.map { "  \(member($0));\n" }.joined())}\n"
    }

    private func member(_ member: TypeShape.Member) -> String {
        "\(Self.key(member.name))\(member.isOptional ? "?" : ""): \(type(member.shape))"
    }

    private func union(_ types: [String]) -> String {
        var seen: Set<String> = []
        return types.filter { seen.insert($0).inserted }.joined(separator: " | ")
    }

    /// In brackets where `[]` would take hold of a part alone.
    private func grouped(_ shape: TypeShape) -> String {
        switch shape {
        case .boolean, .number, .string, .any, .named, .array, .tuple, .dictionary, .object: type(shape)
        case .unknown, .literals, .nullable, .union, .written, .noted: "(\(type(shape)))"
        }
    }

    /// A property's name, in quotes where it must be.
    static func key(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy {
            ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")) || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: "$") || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
        }
        let startsWell = name.utf8.first.map { !($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) } ?? false
        return isPlain && startsWell ? name : quoted(name)
    }

    static func quoted(_ text: String) -> String { JSONValue.string(text).serializedString() }

    /// On one line, whatever the text.
    static func comment(_ text: String) -> String { "/* \(line(text)) */" }

    /// The same, for editors to show.
    static func documentation(_ text: String) -> String { "/** \(line(text)) */" }

    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("*/", with: "* /")
    }
}
