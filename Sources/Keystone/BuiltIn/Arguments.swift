internal import KeystoneProtocol
internal import KeystoneSupport

/// Reads the named arguments of a call; each error says which argument of which channel is wrong and what is expected.
struct Arguments {
    private let channel: String
    private let values: [String: JSONValue]

    init(_ request: InvokeRequest) throws {
        channel = request.channel
        switch try request.arguments() {
        case .null: values = [:]
        case let value:
            guard let object = value.object else {
                throw WireError(.badRequest, "\(request.channel) takes an object of named arguments")
            }
            values = Dictionary(object.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
        }
    }

    func string(_ name: String, maximumBytes: Int) throws -> String {
        guard let value = try optionalString(name, maximumBytes: maximumBytes) else { throw missing(name, "a string") }
        return value
    }

    func optionalString(_ name: String, maximumBytes: Int) throws -> String? {
        guard let value = given(name) else { return nil }
        guard let string = value.string else { throw wrong(name, "a string") }
        guard string.utf8.count <= maximumBytes else { throw wrong(name, "at most \(maximumBytes) bytes") }
        return string
    }

    func bool(_ name: String) throws -> Bool {
        guard let value = try optionalBool(name) else { throw missing(name, "true or false") }
        return value
    }

    func optionalBool(_ name: String) throws -> Bool? {
        guard let value = given(name) else { return nil }
        guard let bool = value.bool else { throw wrong(name, "true or false") }
        return bool
    }

    func optionalNumber(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let value = given(name) else { return nil }
        guard let number = value.double, range.contains(number) else {
            throw wrong(name, "a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))")
        }
        return number
    }

    /// `null` counts as not given.
    private func given(_ name: String) -> JSONValue? {
        guard let value = values[name], value != .null else { return nil }
        return value
    }

    private func missing(_ name: String, _ expected: String) -> WireError {
        WireError(.badRequest, "\(channel): \"\(name)\" is missing, expected \(expected)")
    }

    private func wrong(_ name: String, _ expected: String) -> WireError {
        WireError(.badRequest, "\(channel): \"\(name)\" must be \(expected)")
    }
}
