/// What is known of a type: the form of its JSON, and values of it to go on with.
struct SampledType {
    var shape: TypeShape
    /// In turns: the n-th attempt takes the n-th value, counted round.
    var samples: [Any]

    init(_ shape: TypeShape, _ samples: [Any] = []) {
        self.shape = shape
        self.samples = samples
    }

    func sample<Value>(_ type: Value.Type, _ number: Int) -> Value? {
        samples.isEmpty ? nil : samples[number % samples.count] as? Value
    }

    /// A type that the standard library codes as one JSON value.
    static func primitive(_ type: Any.Type) -> SampledType? {
        switch type {
        case is Bool.Type: SampledType(.boolean, [true, false])
        case is String.Type: SampledType(.string, texts)
        case is Double.Type: SampledType(.number, [1.0, 0.0, 0.5])
        case is Float.Type: SampledType(.number, [Float(1), 0, 0.5])
        case let type as any (FixedWidthInteger & Decodable).Type: SampledType(.number, numbers(type))
        default: nil
        }
    }

    private static func numbers<Number: FixedWidthInteger>(_ type: Number.Type) -> [Any] {
        [1, 0, 2, 3, 10, 100].map { Number(truncatingIfNeeded: $0) }
    }

    /// Texts that types like to read themselves from: numbers, dates, colours, addresses.
    private static let texts = [
        "a", "0", "", "true", "2001-01-01T00:00:00Z", "00000000-0000-4000-8000-000000000000", "https://a.example/b",
        "#000000", "a=b", "en", "2001-01-01", "1.0.0", "127.0.0.1",
    ]
}

/// A container whose elements are of one type.
protocol SampledSequence {
    static var elementType: Any.Type { get }
    static func samples(of elements: [Any]) -> [Any]
}

extension SampledSequence where Self: ExpressibleByArrayLiteral {
    static func samples(of elements: [Any]) -> [Any] {
        var result: [Any] = []
        for element in elements.prefix(4) {
            if let element = element as? ArrayLiteralElement { result.append([element] as Self) }
        }
        return result + [[] as Self]
    }
}

extension Array: SampledSequence {
    static var elementType: Any.Type { Element.self }
}

extension ContiguousArray: SampledSequence {
    static var elementType: Any.Type { Element.self }
}

extension Set: SampledSequence {
    static var elementType: Any.Type { Element.self }
}

/// A dictionary, of which `Codable` makes an object or, for most types of keys, an array of keys and values in turns.
protocol SampledDictionary {
    static var keyType: Any.Type { get }
    static var valueType: Any.Type { get }
    static func samples(of keys: [Any], _ values: [Any]) -> [Any]
}

extension Dictionary: SampledDictionary {
    static var keyType: Any.Type { Key.self }
    static var valueType: Any.Type { Value.self }
    static func samples(of keys: [Any], _ values: [Any]) -> [Any] {
        let keys = keys.compactMap { $0 as? Key }, values = values.compactMap { $0 as? Value }
        return zip(keys, values).prefix(2).map { [$0: $1] } + [Self()]
    }
}

/// `Optional`.
protocol SampledOptional {
    static var wrappedType: Any.Type { get }
    static func samples(of wrapped: [Any]) -> [Any]
}

extension Optional: SampledOptional {
    static var wrappedType: Any.Type { Wrapped.self }
    static func samples(of wrapped: [Any]) -> [Any] {
        wrapped.prefix(4).compactMap { $0 as? Wrapped }.map { Self($0) as Any } + [Self.none as Any]
    }
}
