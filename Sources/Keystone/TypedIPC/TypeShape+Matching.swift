internal import KeystoneSupport

extension TypeShape {
    /// Whether the JSON has this form; `declarations` are those of the named types.
    func matches(_ json: JSONValue, _ declarations: [ObjectIdentifier: TypeShape]) -> Bool {
        switch self {
        case .any, .unknown, .written: return true
        case .boolean: return json.bool != nil
        case .number: return json.double != nil
        case .string: return json.string != nil
        case .literals(let texts): return texts.contains(json.serializedString())
        case .nullable(let shape): return json == .null || shape.matches(json, declarations)
        case .noted(let shape, _): return shape.matches(json, declarations)
        case .named(let type): return declarations[type]?.matches(json, declarations) ?? false
        case .union(let shapes): return shapes.contains { $0.matches(json, declarations) }
        case .array(let shape): return json.array?.allSatisfy { shape.matches($0, declarations) } ?? false
        case .tuple(let shapes):
            guard let elements = json.array, elements.count == shapes.count else { return false }
            return zip(shapes, elements).allSatisfy { $0.matches($1, declarations) }
        case .dictionary(let shape):
            return json.object?.values.allSatisfy { shape.matches($0, declarations) } ?? false
        case .object(let members):
            guard let object = json.object else { return false }
            return members.allSatisfy { member in
                object[member.name].map { member.shape.matches($0, declarations) } ?? member.isOptional
            }
        }
    }
}
