internal import KeystoneServices
internal import KeystoneSupport

/// Finds out what JSON Swift types are coded as.
///
/// A `Decodable` type is asked itself: its `init(from:)` runs with decoders that note what it asks for and answer with
/// samples, many times with other answers. That takes the names and types from the one place that decides about them,
/// own coding keys and own initialisers included. What doesn't come to an end this way, or leaves coding keys unread, is
/// unknown.
final class TypeDescriber {
    struct Declaration {
        let type: Any.Type
        var shape: TypeShape
    }

    private(set) var declarations: [ObjectIdentifier: Declaration] = [:]
    private var known: [ObjectIdentifier: SampledType] = [:]
    /// Types that are being described, with the values known so far.
    private var open: [ObjectIdentifier: [Any]] = [:]
    /// Types that were met while they were open: they contain themselves.
    private var recursive: Set<ObjectIdentifier> = []
    /// Types that were described while an open type lacked values.
    private var tentative: Set<ObjectIdentifier> = []
    private var isStarved = false

    init() {
        known[ObjectIdentifier(JSONValue.self)] = SampledType(.any, [JSONValue.null])
        for type in JSONCoding.foundationTypes {
            let shape: TypeShape = type.form == .number ? .number : .string
            known[ObjectIdentifier(type.type)] = SampledType(.noted(shape, type.note), type.samples)
        }
    }

    func describe(_ type: Any.Type) -> SampledType {
        let id = ObjectIdentifier(type)
        if let known = known[id] { return known }
        if let samples = open[id] {
            recursive.insert(id)
            isStarved = isStarved || samples.isEmpty
            return SampledType(.named(id), samples)
        }
        let outer = isStarved
        isStarved = false
        let result = make(type)
        known[id] = result
        if isStarved { tentative.insert(id) }
        isStarved = !open.isEmpty && (outer || isStarved)
        return result
    }

    private func make(_ type: Any.Type) -> SampledType {
        if let primitive = SampledType.primitive(type) { return primitive }
        switch type {
        case let type as any TypeScriptDescribed.Type:
            return written(type)
        case let type as any SampledOptional.Type:
            let wrapped = describe(type.wrappedType)
            return SampledType(wrapped.shape.orNull, type.samples(of: wrapped.samples))
        case let type as any SampledSequence.Type:
            let element = describe(type.elementType)
            return SampledType(.array(element.shape), type.samples(of: element.samples))
        case let type as any SampledDictionary.Type:
            return dictionary(type)
        case let type as any Decodable.Type:
            return literals(type) ?? decodable(type)
        default:
            return SampledType(.unknown("\(type) is not Decodable; make it Codable"))
        }
    }

    private func written<Value: TypeScriptDescribed>(_ type: Value.Type) -> SampledType {
        declare(type, .written(type.typeScript))
        return SampledType(.named(ObjectIdentifier(type)), type.typeScriptSample.map { [$0] } ?? [])
    }

    private func dictionary(_ type: any SampledDictionary.Type) -> SampledType {
        let key = describe(type.keyType), value = describe(type.valueType)
        let isObject =
            type.keyType is String.Type || type.keyType is Int.Type || type.keyType is any CodingKeyRepresentable.Type
        let shape = isObject ? TypeShape.dictionary(value.shape) : .array(.joined([key.shape, value.shape]))
        return SampledType(shape, type.samples(of: key.samples, value.samples))
    }

    func declare(_ type: Any.Type, _ shape: TypeShape) {
        declarations[ObjectIdentifier(type)] = Declaration(type: type, shape: shape)
    }

    // MARK: Types that decode themselves

    private func decodable<Value: Decodable>(_ type: Value.Type) -> SampledType {
        let id = ObjectIdentifier(type)
        open[id] = []
        defer { open[id] = nil }
        var runs = DecodingRuns(type, self)
        // A type that contains itself: with the values of one round the next comes further.
        for _ in 0..<4 where recursive.contains(id) && runs.samples.count > open[id]?.count ?? 0 {
            open[id] = runs.samples
            for other in tentative { known[other] = nil }
            tentative = []
            runs = DecodingRuns(type, self)
        }
        let shape = runs.shape
        guard shape.deservesName || recursive.contains(id) else { return SampledType(shape, runs.samples) }
        declare(type, shape)
        return SampledType(.named(id), runs.samples)
    }
}

extension TypeShape {
    /// Whether it is worth a declaration.
    fileprivate var deservesName: Bool {
        switch self {
        case .object, .union, .literals: true
        default: false
        }
    }
}

extension TypeDescriber {
    /// An enumeration whose cases are texts or numbers.
    private func literals<Value: Decodable>(_ type: Value.Type) -> SampledType? {
        guard let cases = PlainEnum.cases(of: type), !cases.isEmpty else { return nil }
        let texts = cases.compactMap { literal($0) }
        guard texts.count == cases.count, texts.allSatisfy({ (try? JSONCoding.decode(type, from: $0.utf8)) != nil })
        else { return nil }
        // One that takes anything else too (`.other`) is as good as its raw type.
        let isText = texts[0].hasPrefix("\"")
        let isOpen = (try? JSONCoding.decode(type, from: (isText ? "\"\\u0001 no case\"" : "-98765").utf8)) != nil
        guard !isOpen else { return SampledType(isText ? .string : .number, cases) }
        declare(type, .literals(texts))
        return SampledType(.named(ObjectIdentifier(type)), cases)
    }

    private func literal<Value>(_ value: Value) -> String? {
        let json: JSONValue
        if let value = value as? any Encodable, let text = try? JSONCoding.encode(value),
            let parsed = try? JSONValue.parse(text)
        {
            json = parsed
        } else if let value = value as? any RawRepresentable, let text = value.rawValue as? String {
            json = .string(text)
        } else if let value = value as? any RawRepresentable, let number = value.rawValue as? any BinaryInteger {
            json = JSONValue(Int(truncatingIfNeeded: number))
        } else {
            return nil
        }
        switch json {
        case .string, .integer, .bool: return json.serializedString()
        default: return nil
        }
    }
}
